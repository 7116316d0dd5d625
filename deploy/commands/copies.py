"""`throughline backup` and `throughline restore`: a copy of what cannot be computed again, and its way back."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.output import AsJson, print_facts, print_json, say

Folder = Annotated[Path, typer.Argument(help="The folder of the copy; it holds the keys too, so keep it like them.")]

TO_LOOK_AT = (
    "What was ended after {taken_at} stands again, and only people know of it. Everybody signs in anew, and check-in"
    " links are taken back: send new ones. Subscribers are paused: look at their grants and keys"
    " (`throughline subscriber list`, `subscriber withdraw`, `subscriber revoke`), then `subscriber resume ID`. Whoever"
    " was suspended since (`clinician suspend`), was unlinked (`clinician unlink`), left a care team, or withdrew a"
    " consent has to be entered again, before people work here."
)
"""Said of every copy that is not the whole log."""


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
    nothing_recorded_since: Annotated[
        bool,
        typer.Option(
            "--nothing-recorded-since", help="The copy is the last there was, as where a database moves: end nothing."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a copy into an empty database. Its log gets a new name, so that whoever followed the old one notices.

    Whoever was erased since the copy was taken is erased again, before anybody can read it. Links that may have been
    answered since are taken back, and subscribers that may have lost a key or grant are paused.
    """
    from deploy.database.addresses import reached
    from deploy.database.restore import restore as bring_back
    from deploy.operating.erasures import erased_anew, listed_in
    from deploy.operating.revived import record_what_was_ended
    from deploy.settings import read_settings
    from deploy.wiring import erased_list_of, key_file_of, wired

    settings = read_settings()
    listed = listed_in([*(erased or ()), erased_list_of(settings)], nobody_erased_since)
    with reached(settings) as addresses:
        restored = bring_back(
            addresses.for_owner, key_file_of(settings), folder, listed, is_all_of_it=nothing_recorded_since
        )
        with wired(settings, name="throughline restore") as wiring:
            again = erased_anew(wiring, listed)
            record_what_was_ended(wiring, restored.revived)
    answer = {
        "folder": folder,
        "log_id": restored.log_id,
        "erased_again": again,
        "check_in_links_ended": len(restored.revived.links),
        "subscribers_paused": [one.subscriber_id for one in restored.revived.subscribers],
    }
    print_json(answer) if as_json else print_facts(answer)
    if not nothing_recorded_since:
        say(TO_LOOK_AT.format(taken_at=restored.taken_at.isoformat(timespec="seconds")))
