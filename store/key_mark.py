"""Which key file a database was begun with: nothing may be sealed under the keys of another."""

from pathlib import Path
from typing import Any

from psycopg import Connection

from store.key_file import KeyFile

ABOUT = b"throughline key file"


class KeyFileIsNotTheOne(Exception):
    """This database was begun with another key file, without which nothing sealed in it opens. Put that one there."""


def key_file_for(connection: Connection[Any], path: Path) -> KeyFile:
    """The key file of this database; a new one only where it never had any. KeyFileIsNotTheOne for any other."""
    known = _mark(connection)
    if known is not None and not path.exists():
        raise KeyFileIsNotTheOne(_says(path))
    found = KeyFile.open_or_create(path)
    if known is None:
        connection.execute("INSERT INTO key_file_mark (mark) VALUES (%s) ON CONFLICT DO NOTHING", [found.blind(ABOUT)])
    if _mark(connection) != found.blind(ABOUT):
        raise KeyFileIsNotTheOne(_says(path))
    return found


def _mark(connection: Connection[Any]) -> bytes | None:
    row = connection.execute("SELECT mark FROM key_file_mark").fetchone()
    return bytes(row[0]) if row else None


def _says(path: Path) -> str:
    return f"{' '.join((KeyFileIsNotTheOne.__doc__ or '').split())} ({path})"
