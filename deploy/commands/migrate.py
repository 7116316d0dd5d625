"""`throughline migrate`: bring the database to the schema of this release."""

import typer

from deploy.commands.output import AsJson, print_json


def migrate(as_json: AsJson = False) -> None:
    """Apply missing migrations as the database's owner; safe to start from several processes at once."""
    from deploy.database.addresses import reached
    from deploy.database.migrate import migrate as apply_missing
    from deploy.settings import read_settings

    with reached(read_settings()) as addresses:
        applied = apply_missing(addresses.for_owner)
    if as_json:
        print_json({"applied": applied})
    else:
        typer.echo("\n".join(f"applied {name}" for name in applied) or "Nothing to apply.")
