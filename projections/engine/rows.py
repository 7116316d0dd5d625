"""The rows of one table in memory, between being loaded and being written."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Connection

from projections.engine.statements import Statements
from projections.engine.table import Key, Table


class Slot:
    """The place of one row: None where there is none. Steps of a page hold slots, so a key is looked up once each."""

    __slots__ = ("is_changed", "is_stored", "key", "row")

    def __init__(self, key: Key) -> None:
        self.key = key
        self.row: Any = None
        self.is_stored = False
        self.is_changed = False


class Rows:
    """What is known of a table, by key. Valid while nobody else writes the table."""

    def __init__(self, table: Table[Any], stored_as: str) -> None:
        self.table = table
        self.statements = Statements(table, stored_as)
        self._slots: dict[Key, Slot] = {}
        self._new: list[Slot] = []
        self._changed: list[Slot] = []

    def __len__(self) -> int:
        return len(self._slots)

    def slot(self, key: Key) -> Slot:
        """The place of a row; of one that is not known yet, `load` fills it in."""
        if self.table.has_row_per_event:
            return Slot(key)  # nobody asks for it again
        slot = self._slots.get(key)
        if slot is None:
            slot = self._slots[key] = Slot(key)
            self._new.append(slot)
        return slot

    def load(self, connection: Connection[Any]) -> None:
        """Fill in all new slots with one query."""
        if not self._new:
            return
        found = self.statements.load(connection, [slot.key for slot in self._new])
        for slot in self._new:
            slot.row = found.get(slot.key)
            slot.is_stored = slot.row is not None
        self._new = []

    def put(self, slot: Slot, row: Any) -> None:
        """Keep a row, or that there is none any more."""
        slot.row = row
        if not slot.is_changed:
            slot.is_changed = True
            self._changed.append(slot)

    def write(self, connection: Connection[Any], *, copying: bool = False) -> None:
        """One set-based write of what changed (deletes are a second); `copying` streams new rows into the table."""
        kept = [slot for slot in self._changed if slot.row is not None]
        gone = [slot for slot in self._changed if slot.row is None and slot.is_stored]
        new = [slot for slot in kept if copying and not slot.is_stored]
        known = [slot for slot in kept if not copying or slot.is_stored]
        if new:
            self.statements.copy(connection, _rows(new))
        if known:
            self.statements.upsert(connection, list(_rows(known)))
        if gone:
            self.statements.delete(connection, [slot.key for slot in gone])
        for slot in self._changed:
            slot.is_changed = False
            slot.is_stored = slot.row is not None
        self._changed = []

    def forget(self) -> None:
        """Know nothing any more: the database is asked again."""
        self._slots.clear()


def _rows(slots: Sequence[Slot]) -> Iterable[Any]:
    return (slot.row for slot in slots)
