"""`throughline backup` and `throughline restore`: a copy of what cannot be computed again, and its way back."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.output import AsJson, print_facts, print_json

Folder = Annotated[Path, typer.Argument(help="The folder of the copy; it holds the keys too, so keep it like them.")]


def backup(folder: Folder, as_json: AsJson = False) -> None:
    """Copy all networks and the key file into a new folder, out of one consistent snapshot. Nothing need stop."""
    from deploy.database.backup import backup as take
    from deploy.wiring import wired

    with wired(name="throughline backup") as wiring:
        manifest = take(wiring.addresses.for_work, wiring.kek.path, folder)
    answer = {
        "folder": folder,
        "log_id": manifest.log_id,
        "head": manifest.head,
        "rows": sum(table.rows for table in manifest.tables),
    }
    print_json(answer) if as_json else print_facts(answer)


def restore(folder: Folder, as_json: AsJson = False) -> None:
    """Bring a copy into an empty database. Its log gets a new name, so that whoever followed the old one notices."""
    from deploy.database.addresses import reached
    from deploy.database.restore import restore as bring_back
    from deploy.settings import read_settings
    from deploy.wiring import key_file_of

    settings = read_settings()
    with reached(settings) as addresses:
        log_id = bring_back(addresses.for_owner, key_file_of(settings), folder)
    answer = {"folder": folder, "log_id": log_id}
    print_json(answer) if as_json else print_facts(answer)
