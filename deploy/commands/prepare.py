"""`throughline prepare`: roles and database on a server that somebody else runs."""

import typer

from deploy.commands.output import AsJson, print_json


def prepare(as_json: AsJson = False) -> None:
    """Make roles and database as the server's administrator, with the passwords of the addresses set; repeatable."""
    from deploy.database.prepare import prepare as make_what_is_missing
    from deploy.settings import read_settings

    database = make_what_is_missing(read_settings())
    if as_json:
        print_json({"database": database})
    else:
        typer.echo(f"The database {database} and its three roles are there; now `throughline migrate`.")
