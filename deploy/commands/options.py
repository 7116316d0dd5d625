"""Options that several commands have in common."""

from typing import Annotated

import typer

OfNetwork = Annotated[
    str | None, typer.Option("--network", help="Short name of the network; the only one, where left out.")
]
