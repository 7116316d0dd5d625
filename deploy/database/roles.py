"""The database roles of a server that we run ourselves, and who may enter its databases."""

from enum import StrEnum

import psycopg
from psycopg import sql

DATABASE = "throughline"


class DatabaseRole(StrEnum):
    """Who connects: migrations as owner, the API as app, workers as work. None is superuser or passes row security."""

    OWNER = "throughline_owner"
    APP = "throughline_app"
    WORK = "throughline_work"


def prepare_roles(superuser: str) -> None:
    """Create the roles that are missing, and take from those that exist whatever they should not have."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        for role in DatabaseRole:
            exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            verb = sql.SQL("ALTER" if exists else "CREATE")
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION").format(
                    verb, sql.Identifier(role)
                )
            )


def prepare_database(superuser: str, name: str) -> None:
    """Create a database that the owner role owns and only the three roles may enter, unless it is there."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        database, owner = sql.Identifier(name), sql.Identifier(DatabaseRole.OWNER)
        users = sql.SQL(", ").join(sql.Identifier(role) for role in DatabaseRole)
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(database, owner))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, users))
