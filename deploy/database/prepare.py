"""Makes roles and database on a server that somebody else runs, from the addresses that this installation will use."""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from deploy.database.roles import DatabaseRole, prepare_database, prepare_roles
from deploy.failures import CannotGoOn
from deploy.settings import PREFIX, Settings

SETTING_OF = {
    DatabaseRole.OWNER: "migrate_database_url",
    DatabaseRole.APP: "database_url",
    DatabaseRole.WORK: "work_database_url",
}


def prepare(settings: Settings) -> str:
    """Make what is missing, set the passwords named, take away what a role should not have; the database's name.

    Changes nothing that is there already but attributes and passwords of the three roles. CannotGoOn if an address
    is missing, or names another role or another database than the others.
    """
    administrator = _needed(settings, "admin_database_url")
    known = {role: conninfo_to_dict(_needed(settings, setting)) for role, setting in SETTING_OF.items()}
    database = _the_database(known.values())
    for role, address in known.items():
        if address.get("user") != role:
            raise CannotGoOn(
                f"{PREFIX}{SETTING_OF[role].upper()} has to name the role {role}: rights are granted to it."
            )
    prepare_roles(administrator)
    for role, address in known.items():
        if password := address.get("password"):
            _set_password(administrator, role, str(password))
    prepare_database(administrator, database)
    return database


def _needed(settings: Settings, setting: str) -> str:
    address: str | None = getattr(settings, setting)
    if address is None:
        raise CannotGoOn(f"Set {PREFIX}{setting.upper()}: `prepare` needs the administrator's address and all roles'.")
    return address


def _the_database(addresses: Iterable[Mapping[str, Any]]) -> str:
    names = {str(address.get("dbname")) for address in addresses}
    if len(names) != 1 or names == {"None"}:
        raise CannotGoOn("The addresses of owner, application and workers have to name one and the same database.")
    return names.pop()


def _set_password(administrator: str, role: str, password: str) -> None:
    """As its hash: what is sent in clear may stand in the server's log."""
    with psycopg.connect(administrator, autocommit=True) as connection:
        hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(hashed)))
