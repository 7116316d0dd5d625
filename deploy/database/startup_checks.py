"""What `serve` and `work` refuse to run with: a database that may forget, or a role that may alter or see too much."""

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import Connection

from deploy.database.migrate import pending

DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
WRITTEN_ONCE = ("events", "access_log", "disclosure", "disclosure_arrival", "log_identity", "commands")
"""All but the last are kept for ever; keys of commands go after thirty days, whole months at a time, by the one
function of the owner's that drops them (`keep_command_partitions`)."""


class UnsafeToStart(Exception):
    """The database is not safe for health records; mend what is named and start again."""


class DurabilityIsOff(UnsafeToStart):
    """The server may lose what it has confirmed. Turn it on again, or set THROUGHLINE_UNSAFE_DURABILITY for a trial."""


class RoleIsTooPowerful(UnsafeToStart):
    """This role could pass the walls between networks. Connect as a role that is neither superuser nor owner."""


class LogCanBeAltered(UnsafeToStart):
    """This role may alter or delete what is written once. Revoke the right."""


class WallIsOpen(UnsafeToStart):
    """A table that names a network is not walled by row-level security. Run `throughline migrate` as the owner."""


class MigrationsAreMissing(UnsafeToStart):
    """The database lacks migrations of this release. Run `throughline migrate`."""


def refuse_unsafe(urls: Iterable[str], *, unsafe_durability: bool = False) -> None:
    """Look at the database as each of these roles sees it; raises UnsafeToStart with the first thing found."""
    for url in urls:
        with psycopg.connect(url, autocommit=True, application_name="throughline checks") as connection:
            _require_migrations(connection)
            if not unsafe_durability:
                _require_durability(connection)
            _require_a_plain_role(connection)
            _require_a_log_written_once(connection)
            _require_walls(connection)


def _require_migrations(connection: Connection[Any]) -> None:
    if missing := pending(connection):
        raise MigrationsAreMissing(f"{MigrationsAreMissing.__doc__} ({missing[0].name})")


def _require_durability(connection: Connection[Any]) -> None:
    query = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"
    off = sorted(name for name, setting in connection.execute(query, [list(DURABLE)]) if setting == "off")
    if off:
        raise DurabilityIsOff(f"{DurabilityIsOff.__doc__} ({', '.join(off)})")


def _require_a_plain_role(connection: Connection[Any]) -> None:
    ((role, is_superuser, passes_walls),) = connection.execute(
        "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchall()
    owned = connection.execute(
        "SELECT c.oid::regclass::text FROM pg_class AS c"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        "   AND pg_has_role(c.relowner, 'MEMBER') LIMIT 1"
    ).fetchone()
    if is_superuser or passes_walls or owned:
        raise RoleIsTooPowerful(f"{RoleIsTooPowerful.__doc__} ({role})")


def _require_a_log_written_once(connection: Connection[Any]) -> None:
    alterable = connection.execute(
        "SELECT kept FROM unnest(%s::text[]) AS kept"
        " WHERE has_table_privilege('public.' || kept, 'DELETE, TRUNCATE')"
        "    OR has_any_column_privilege('public.' || kept, 'UPDATE')",
        [list(WRITTEN_ONCE)],
    ).fetchall()
    if alterable:
        raise LogCanBeAltered(f"{LogCanBeAltered.__doc__} ({', '.join(table for (table,) in alterable)})")


def _require_walls(connection: Connection[Any]) -> None:
    """A read model that is being filled gets its walls at the end, and is open to nobody before."""
    unwalled = connection.execute(
        "SELECT c.relname FROM pg_class AS c"
        "  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'network_id' AND NOT a.attisdropped"
        " WHERE (c.relnamespace = 'public'::regnamespace"
        "        OR c.relnamespace = 'read_models'::regnamespace"
        "           AND has_table_privilege('throughline_app', c.oid, 'SELECT'))"
        "   AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        "   AND NOT (c.relrowsecurity AND c.relforcerowsecurity) AND c.relname <> 'network_directory'"
    ).fetchall()
    if unwalled:
        raise WallIsOpen(f"{WallIsOpen.__doc__} ({', '.join(table for (table,) in unwalled)})")
