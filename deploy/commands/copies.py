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


def restore(
    folder: Folder,
    erased: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True, help="Who was erased since: a list of the erased, or a later copy. May be given several times."
        ),
    ] = None,
    nobody_erased_since: Annotated[
        bool, typer.Option("--nobody-erased-since", help="There is no such list, and nobody was erased since the copy.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a copy into an empty database. Its log gets a new name, so that whoever followed the old one notices.

    Whoever was erased since the copy was taken is erased again, before anybody can read it.
    """
    from deploy.database.addresses import reached
    from deploy.database.restore import restore as bring_back
    from deploy.operating.erasures import erased_anew, listed_in
    from deploy.settings import read_settings
    from deploy.wiring import erased_list_of, key_file_of, wired

    settings = read_settings()
    listed = listed_in([*(erased or ()), erased_list_of(settings)], nobody_erased_since)
    with reached(settings) as addresses:
        log_id = bring_back(addresses.for_owner, key_file_of(settings), folder, listed)
        again = 0
        if listed:
            with wired(settings, name="throughline restore") as wiring:
                again = erased_anew(wiring, listed)
    answer = {"folder": folder, "log_id": log_id, "erased_again": again}
    print_json(answer) if as_json else print_facts(answer)
