"""The rows of one table in memory, between being loaded and being written."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from psycopg import Connection

from projections.engine.statements import Changed, Same, statements_about
from projections.engine.table import Key, Table

MOST_UPDATES = 8
"""So many sets of changed columns are written as they are; where there are more, all rows write all of these."""


class Slot:
    """The place of one row: None where there is none. Steps of a page hold slots, so a key is looked up once each.

    `stored` is the row as the database has it; `turn` says when it was asked for last.
    """

    __slots__ = ("is_changed", "key", "row", "stored", "turn")

    def __init__(self, key: Key) -> None:
        self.key = key
        self.turn = 0
        self.row: Any = None
        self.stored: Any = None
        self.is_changed = False


class Rows:
    """What is known of a table, by key. Valid while nobody else writes the table."""

    def __init__(self, table: Table[Any], stored_as: str) -> None:
        self.table = table
        self.statements = statements_about(table, stored_as)
        self._slots: dict[Key, Slot] = {}
        self._turn = 0
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
        slot.turn = self._turn
        return slot

    def load(self, connection: Connection[Any], same: Same) -> None:
        """Fill in all new slots with one query; rows made of the values of another table's are the same."""
        if not self._new:
            return
        found = self.statements.load(connection, [slot.key for slot in self._new], same)
        for slot in self._new:
            slot.row = slot.stored = found.get(slot.key)
        self._new = []

    def put(self, slot: Slot, row: Any) -> None:
        """Keep a row, or that there is none any more."""
        slot.row = row
        if not slot.is_changed:
            slot.is_changed = True
            self._changed.append(slot)

    def write(self, connection: Connection[Any], *, copying: bool = False) -> None:
        """Set-based writes of what changed: new rows, changed cells, rows that are gone.

        `copying` streams new rows into the table.
        """
        new = [slot.row for slot in self._changed if slot.stored is None and slot.row is not None]
        known = [slot for slot in self._changed if slot.stored is not None and slot.row is not None]
        gone = [slot.key for slot in self._changed if slot.stored is not None and slot.row is None]
        if new and copying:
            self.statements.copy(connection, new)
        elif new:
            self.statements.insert(connection, new)
        for changed, slots in self._by_changed_columns(known).items():
            self.statements.update(connection, changed, {slot.key: slot.row for slot in slots})
        if gone:
            self.statements.delete(connection, gone)
        if self.statements.items:
            pairs = ((slot.key, slot.stored, slot.row) for slot in self._changed if slot.row is not slot.stored)
            self.statements.items.write(connection, self.statements.changes(pairs), copying=copying)

    @property
    def changed(self) -> Sequence[Slot]:
        """The places of rows that are to be written."""
        return self._changed

    def written(self) -> None:
        """What was written is what the database has. With this a turn ends."""
        self._turn += 1
        for slot in self._changed:
            slot.is_changed = False
            slot.stored = slot.row
        self._changed = []

    def forget_all_but(self, number: int) -> None:
        """Remember about so many rows, those that were asked for last: a quarter more, then a sort for all of them."""
        if len(self._slots) > number + number // 4:
            latest = sorted(self._slots.values(), key=attrgetter("turn"), reverse=True)[:number]
            self._slots = {slot.key: slot for slot in latest}

    def _by_changed_columns(self, slots: Sequence[Slot]) -> Mapping[Changed, Sequence[Slot]]:
        found: defaultdict[Changed, list[Slot]] = defaultdict(list)
        for slot in slots:
            if changed := self.statements.own(self.statements.cells.changed(slot.row, slot.stored)):
                found[changed].append(slot)
        if len(found) <= MOST_UPDATES:
            return found
        return {tuple(sorted(set().union(*found))): [slot for group in found.values() for slot in group]}
