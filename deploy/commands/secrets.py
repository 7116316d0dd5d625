"""`throughline secrets`: the files of secrets that a deployment starts with."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.output import AsJson, print_json


def secrets(
    folder: Annotated[Path, typer.Argument(help="Where they are written; never in a repository.")],
    host: Annotated[str, typer.Option(help="Where PostgreSQL is, as the processes will reach it.")] = "postgres:5432",
    as_json: AsJson = False,
) -> None:
    """Write random passwords, tokens and the key file, each once: files that are there stay as they are."""
    from deploy.secret_files import refuse_half_written, write_secret_files

    refuse_half_written(folder)
    written = write_secret_files(folder, host)
    if as_json:
        print_json({"written": written})
    else:
        typer.echo("\n".join(f"wrote {name}" for name in written) or "Nothing to write.")
        typer.echo("Keep a copy of keys.json elsewhere: without it nothing sealed can be opened again.")
