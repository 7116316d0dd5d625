"""The way of a copy back into an empty database, and of its keys back to their place."""

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
from psycopg import Connection, sql

from deploy.database.backup import BLOCK, KEYS, Manifest, TableCopy, read_manifest, sha256_of
from deploy.database.migrate import MigrationsDoNotFit, migrate, migrations
from deploy.database.revived import Revived, end_what_may_be_over
from store.erased_list import Erased, destroy_again


class DatabaseIsNotEmpty(Exception):
    """A copy is restored into an empty database only; name another database or data folder."""


class KeyFileIsAnother(Exception):
    """There is another key file at that place already; name a place where there is none."""


class Restored(NamedTuple):
    """What came back: under which name of the log, as of when, and what of it was ended at once."""

    log_id: UUID
    taken_at: datetime
    revived: Revived


def restore(
    owner_url: str, key_file: Path, folder: Path, erased: Sequence[Erased] = (), *, is_all_of_it: bool = False
) -> Restored:
    """Bring a copy into an empty database and the keys to their place, all or nothing.

    The log has a new name because it may lack what was recorded after the copy: whoever followed it must notice.
    Keys of whoever was erased since are destroyed before anybody can read them, and what may be over by now is ended,
    unless somebody says that nothing was recorded after the copy.
    """
    manifest = read_manifest(folder)
    _require_known_migrations(manifest)
    if key_file.exists() and sha256_of(key_file) != manifest.keys_sha256:
        raise KeyFileIsAnother(f"{KeyFileIsAnother.__doc__} ({key_file})")
    migrate(owner_url)
    with psycopg.connect(owner_url, application_name="throughline restore") as connection:
        with _walls_open(connection, [table.name for table in manifest.tables]):
            for table in _in_order(connection, manifest.tables):
                _bring_in(connection, table, folder)
            destroy_again(connection, erased)
            revived = Revived() if is_all_of_it else end_what_may_be_over(connection)
        connection.execute("DELETE FROM key_file_mark")  # of the file that the copy brings, at the next start
        ((log_id,),) = connection.execute(
            "UPDATE log_identity SET log_id = gen_random_uuid(), since = clock_timestamp() RETURNING log_id"
        ).fetchall()
        _put_keys(folder / KEYS, key_file)
    return Restored(log_id, manifest.taken_at, revived)


def _require_known_migrations(manifest: Manifest) -> None:
    known = {migration.number: migration.sha256 for migration in migrations()}
    for number, digest in manifest.migrations.items():
        if known.get(number) != digest:
            raise MigrationsDoNotFit(f"the copy was taken by another release (migration {number}); install that one")


def _in_order(connection: Connection[Any], tables: Sequence[TableCopy]) -> list[TableCopy]:
    """Those that others refer to first."""
    refers_to: dict[str, set[str]] = {table.name: set() for table in tables}
    for table, to in connection.execute(
        "SELECT c.relname, t.relname FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid"
        "  JOIN pg_class AS t ON t.oid = k.confrelid WHERE k.contype = 'f' AND c.oid <> t.oid"
    ):
        refers_to.get(table, set()).add(to)
    by_name = {table.name: table for table in tables}
    return [by_name[name] for name in TopologicalSorter(refers_to).static_order() if name in by_name]


@contextmanager
def _walls_open(connection: Connection[Any], tables: list[str]) -> Iterator[None]:
    """Lets the owner past the walls within this transaction, for itself only; nobody else can enter meanwhile."""
    walled = [name for (name,) in connection.execute(
        "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relnamespace = 'public'::regnamespace"
        " AND relname = ANY(%s) ORDER BY relname", [tables]
    )]  # fmt: skip
    for name in walled:
        connection.execute(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(sql.Identifier(name)))
    yield
    for name in walled:
        connection.execute(sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(sql.Identifier(name)))


def _bring_in(connection: Connection[Any], table: TableCopy, folder: Path) -> None:
    name, listed = sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    if connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(name)).fetchone() is not None:
        raise DatabaseIsNotEmpty(DatabaseIsNotEmpty.__doc__)
    cursor = connection.cursor()
    with (
        gzip.open(folder / f"{table.name}.copy.gz", "rb") as file,
        cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, listed)) as rows,
    ):
        while block := file.read(BLOCK):
            rows.write(block)
    for column in table.columns:
        _go_on_counting(connection, table.name, column)


def _go_on_counting(connection: Connection[Any], table: str, column: str) -> None:
    """A sequence behind a column goes on after its highest value: positions are never given twice."""
    ((sequence,),) = connection.execute("SELECT pg_get_serial_sequence(%s, %s)", [f"public.{table}", column]).fetchall()
    if sequence is not None:
        highest = sql.SQL("SELECT setval(%s, greatest(max({}), 1), max({}) IS NOT NULL) FROM {}")
        names = (sql.Identifier(column), sql.Identifier(column), sql.Identifier(table))
        connection.execute(highest.format(*names), [sequence])


def _put_keys(copied: Path, key_file: Path) -> None:
    if not key_file.exists():
        key_file.parent.mkdir(parents=True, exist_ok=True)
        beside = key_file.with_name(f"{key_file.name}.{uuid4().hex[:8]}")
        beside.touch(mode=0o600)
        beside.write_bytes(copied.read_bytes())
        beside.rename(key_file)
