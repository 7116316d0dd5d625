"""Brings a database to the schema of this release: numbered SQL files, each applied once and never edited later."""

from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

import psycopg

OLDEST_SERVER = 150000
ROLES = ("throughline_app", "throughline_work")
"""Whom the migrations grant rights to: the API's role and that of the workers."""
LOCK = 0x7468726F7567686C  # the same for every process that migrates, unlike any lock taken elsewhere


class Migration(NamedTuple):
    """One SQL file, `0001_events.sql`: its number gives the order, its hash shows a later edit."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return sha256(self.sql.encode()).hexdigest()


class MigrationsDoNotFit(Exception):
    """The database was migrated by another release, or a migration was edited; install the release that fits."""


class ServerDoesNotFit(Exception):
    """The database server cannot hold this schema yet; its message says what to do first."""


def migrations() -> list[Migration]:
    """All migrations of this release in order."""
    folder = files("deploy") / "migrations"
    found = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [Migration(int(name.split("_")[0]), name, (folder / name).read_text(encoding="utf-8")) for name in found]


def migrate(owner_url: str) -> list[str]:
    """Apply what is missing, all or nothing, and answer with the names applied; several processes may call at once."""
    with psycopg.connect(owner_url, application_name="throughline migrate") as connection:
        _require_fitting_server(connection)
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations ("
            " number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"
        )
        connection.execute("GRANT SELECT ON schema_migrations TO throughline_app, throughline_work")
        missing = pending(connection)
        for migration in missing:
            connection.execute(migration.sql.encode())
            connection.execute(
                "INSERT INTO schema_migrations (number, name, sha256) VALUES (%s, %s, %s)",
                [migration.number, migration.name, migration.sha256],
            )
    return [migration.name for migration in missing]


def pending(connection: psycopg.Connection) -> list[Migration]:
    """Migrations not applied yet; MigrationsDoNotFit if the database has one that this release lacks or has edited."""
    if connection.execute("SELECT to_regclass('public.schema_migrations')").fetchone() == (None,):
        return migrations()
    known = {migration.number: migration for migration in migrations()}
    applied = connection.execute("SELECT number, name, sha256 FROM schema_migrations ORDER BY number").fetchall()
    for number, name, digest in applied:
        if number not in known:
            raise MigrationsDoNotFit(f"the database has {name}, which this release does not know")
        if known[number].sha256 != digest:
            raise MigrationsDoNotFit(f"{name} was edited after it was applied")
    done = {number for number, _, _ in applied}
    return [migration for number, migration in known.items() if number not in done]


def _require_fitting_server(connection: psycopg.Connection) -> None:
    if connection.info.server_version < OLDEST_SERVER:
        raise ServerDoesNotFit("PostgreSQL 15 or newer is needed.")
    found = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)]).fetchall()
    if missing := set(ROLES) - {name for (name,) in found}:
        create = " ".join(f"CREATE ROLE {name} LOGIN;" for name in sorted(missing))
        raise ServerDoesNotFit(f"Roles are missing. As an administrator of the server: {create}")
