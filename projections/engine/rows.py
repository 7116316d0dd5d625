"""The rows of one table in memory, between being loaded and being written."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

from projections.engine.statements import Statements
from projections.engine.table import Key, Table


class Rows:
    """What is known of a table: a row, or None for a key that has none. Valid while nobody else writes the table."""

    def __init__(self, table: Table[Any], stored_as: str) -> None:
        self.table = table
        self.statements = Statements(table, stored_as)
        self.known: dict[Key, Any] = {}
        self._stored: set[Key] = set()
        self._changed: dict[Key, None] = {}

    def __len__(self) -> int:
        return len(self.known)

    @property
    def changed(self) -> int:
        """How many rows wait to be written."""
        return len(self._changed)

    def load(self, connection: Connection[Any], keys: Iterable[Key]) -> None:
        """Make these keys known, with one query for those that are not."""
        known = self.known
        missing = [key for key in keys if key not in known]
        if not missing:
            return
        if self.table.has_row_per_event:
            known.update(dict.fromkeys(missing))
            return
        found = self.statements.load(connection, missing)
        self._stored.update(found)
        for key in missing:
            known[key] = found.get(key)

    def put(self, key: Key, row: Any) -> None:
        """Keep a row, or that there is none any more."""
        self.known[key] = row
        self._changed[key] = None

    def write(self, connection: Connection[Any], *, copying: bool = False) -> None:
        """One set-based write of what changed (deletes are a second); `copying` streams new rows into the table."""
        known, stored = self.known, self._stored
        kept = [key for key in self._changed if known[key] is not None]
        gone = [key for key in self._changed if known[key] is None and key in stored]
        new = [key for key in kept if key not in stored] if copying else []
        if new:
            self.statements.copy(connection, (known[key] for key in new))
        old = [known[key] for key in kept if key in stored] if copying else [known[key] for key in kept]
        if old:
            self.statements.upsert(connection, old)
        if gone:
            self.statements.delete(connection, gone)
        self._written(kept, gone)

    def _written(self, kept: list[Key], gone: list[Key]) -> None:
        self._changed.clear()
        if self.table.has_row_per_event:
            self.known.clear()
            return
        self._stored.update(kept)
        self._stored.difference_update(gone)

    def forget(self) -> None:
        """Know nothing any more: the database is asked again."""
        self.known.clear()
        self._stored.clear()
        self._changed.clear()
