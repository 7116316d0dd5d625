"""A copy of everything that cannot be computed again, with the key file.

Rows travel as PostgreSQL's COPY text, one compressed file per table, out of one consistent snapshot under the workers'
role: it sees every network, which the owner behind forced row security does not, so that pg_dump would copy nothing.
Read models are left out; they fill again from the events. Whoever holds a copy holds the keys: keep it like the keys.
"""

import gzip
import shutil
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import Connection, sql
from pydantic import AwareDatetime, BaseModel

from store.erased_list import Erased, add_to_list, erased_in, read_list

LEFT_OUT = (
    "schema_migrations",  # told by the manifest
    "log_identity",  # given anew at the restore
    "key_file_mark",
    "sign_in_session",  # ended by it: everybody signs in again
    "held_form",  # waits for an hour, for somebody who is about to sign in; no copy outlives that
    "held_psychotherapy_note",
)
MANIFEST, KEYS, ERASED = "manifest.json", "keys.json", "erased.jsonl"
"""The last: who was erased before the copy was taken, for whoever brings back an earlier one."""
BLOCK = 1 << 20


class TableCopy(BaseModel):
    """One table in a copy."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str


class Manifest(BaseModel):
    """What a copy holds and where it came from."""

    taken_at: AwareDatetime
    log_id: UUID
    head: int
    migrations: dict[int, str]
    """The hash of each migration by its number."""
    tables: tuple[TableCopy, ...]
    keys_sha256: str
    erased_sha256: str | None = None
    """None in copies of before patients could be erased."""


class BackupIsThereAlready(Exception):
    """There is something at that place already; name a folder that does not exist."""


class NoCopyIsThere(Exception):
    """There is no copy in this folder; name the folder that `throughline backup` made."""


class BackupIsDamaged(Exception):
    """A file of this copy is missing or was altered; use another copy."""


def backup(work_url: str, key_file: Path, folder: Path) -> Manifest:
    """Write a copy into a new folder; it appears there complete or not at all."""
    if folder.exists():
        raise BackupIsThereAlready(f"{BackupIsThereAlready.__doc__} ({folder})")
    unfinished = folder.with_name(f".{folder.name}.{uuid4().hex[:8]}")
    unfinished.mkdir(mode=0o700, parents=True)
    try:
        shutil.copyfile(key_file, unfinished / KEYS)
        with psycopg.connect(work_url, application_name="throughline backup") as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection.execute("SET LOCAL throughline.psychotherapy_notes = 'open'")  # they stay sealed
            add_to_list(unfinished / ERASED, erased_in(connection))
            manifest = _copied(connection, unfinished)
        (unfinished / MANIFEST).write_text(manifest.model_dump_json(indent=2))
        for path in unfinished.iterdir():
            path.chmod(0o600)  # wherever they are carried to
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return manifest


def _copied(connection: Connection[Any], folder: Path) -> Manifest:
    applied = connection.execute("SELECT number, sha256 FROM schema_migrations").fetchall()
    ((log_id, head),) = connection.execute(
        "SELECT log_id, (SELECT coalesce(max(position), 0) FROM events) FROM log_identity"
    ).fetchall()
    return Manifest(
        taken_at=datetime.now(UTC),
        log_id=log_id,
        head=head,
        migrations=dict(applied),
        tables=tuple(_copy_out(connection, name, columns, folder) for name, columns in _tables(connection)),
        keys_sha256=sha256_of(folder / KEYS),
        erased_sha256=sha256_of(folder / ERASED),
    )


def _tables(connection: Connection[Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Every table of ours with its columns, so that one added later is not forgotten here."""
    found = connection.execute(
        "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class AS c"
        "  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        "   AND c.relname <> ALL(%s) GROUP BY c.relname ORDER BY c.relname",
        [list(LEFT_OUT)],
    )
    return [(name, tuple(columns)) for name, columns in found.fetchall()]


def _copy_out(connection: Connection[Any], name: str, columns: tuple[str, ...], folder: Path) -> TableCopy:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(listed, sql.Identifier(name))
    path = folder / f"{name}.copy.gz"
    cursor = connection.cursor()
    with gzip.open(path, "wb", compresslevel=3) as file, cursor.copy(query) as rows:
        for block in rows:
            file.write(block)
    return TableCopy(name=name, columns=columns, rows=cursor.rowcount, sha256=sha256_of(path))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a copy whose files are all there and unaltered; else NoCopyIsThere, or BackupIsDamaged."""
    if not (folder / MANIFEST).exists():
        raise NoCopyIsThere(f"{NoCopyIsThere.__doc__} ({folder})")
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise BackupIsDamaged(f"{BackupIsDamaged.__doc__} ({MANIFEST})") from error
    expected = {f"{table.name}.copy.gz": table.sha256 for table in manifest.tables} | {KEYS: manifest.keys_sha256}
    if manifest.erased_sha256 is not None:
        expected[ERASED] = manifest.erased_sha256
    for name, digest in expected.items():
        if not (folder / name).is_file() or sha256_of(folder / name) != digest:
            raise BackupIsDamaged(f"{BackupIsDamaged.__doc__} ({name})")
    return manifest


def erased_in_copy(folder: Path) -> list[Erased]:
    """Who had been erased when a copy was taken; NoCopyIsThere, or BackupIsDamaged."""
    read_manifest(folder)
    return read_list(folder / ERASED)


def sha256_of(path: Path) -> str:
    """The hash of a file."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
