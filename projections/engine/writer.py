"""The rows of one read model on their way into the database: folded in memory, written with what keeps them true."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection, Rollback

from projections.engine.fold import Folder, fold_all, fold_one_by_one
from projections.engine.lease import Lease
from projections.engine.parking import Aside, held_streams, take_back
from projections.engine.poison import fails_for_good, find_poison
from projections.engine.read_model import ReadModel
from projections.engine.rows import Rows
from projections.engine.source import Entry, Source, read_entries
from projections.engine.tables_in_database import shadow_of

LIVE_ROWS_TO_REMEMBER = 2_000
"""Of each table: a clinic's open courses. A row may be a whole course, and a worker runs for months."""
REBUILT_ROWS_TO_REMEMBER = 20_000
"""A rebuild meets every course, in turns, and ends."""

Keep = Callable[[Sequence[Aside]], None]
"""First in the writing transaction: raises where the rows are not ours any more, moves our place on, parks events."""


class Writer:
    """Rows stay in memory between writes: nobody else writes them, or our write is refused."""

    def __init__(self, connection: Connection[Any], model: ReadModel, lease: Lease, *, copying: bool = False) -> None:
        self.copying = copying
        """Stream new rows in; only where a table is not walled yet."""
        self.held: set[UUID] = held_streams(connection, lease)
        """Streams whose events wait behind one that could not be folded."""
        self._connection = connection
        self._model = model
        self._lease = lease
        self._named = shadow_of if lease.is_shadow else str
        self.folder = self._new_folder()

    def apply(self, entries: Sequence[Entry], keep: Keep) -> int:
        """Fold these events and write their rows, all or nothing; answers with how many were folded.

        Events that fail for good are parked with the rest of their stream.
        """
        good = [entry for entry in entries if entry.stream_id not in self.held]
        behind = [Aside(entry) for entry in entries if entry.stream_id in self.held]
        if fails_for_good(lambda entries: self.write(entries, lambda: keep(behind)), good):
            poison = find_poison(good, self.attempt)
            aside = {one.entry.position for one in poison}
            good = [entry for entry in good if entry.position not in aside]
            self.write(good, lambda: keep([*behind, *poison]))
            self.held.update(one.entry.stream_id for one in poison)
        return len(good)

    def replay(self, source: Source, streams: Mapping[UUID, Sequence[int]], keep: Keep) -> int:
        """Fold the parked events of these streams again, in order, as far as they go; answers with how many."""
        return sum(self._replay(source, stream_id, positions, keep) for stream_id, positions in streams.items())

    def _replay(self, source: Source, stream_id: UUID, positions: Sequence[int], keep: Keep) -> int:
        entries = read_entries(source, source.rows_of(stream_id, positions), self._model.stored_names)
        poison = find_poison(entries, self.attempt)
        aside = {one.entry.position for one in poison}
        good = [entry for entry in entries if entry.position not in aside]
        # a position that no fold wants any more is taken back as well
        done = [position for position in positions if position not in aside]

        def first() -> None:
            keep(poison)
            take_back(self._connection, self._lease, done)

        self.write(good, first)
        if not poison:
            self.held.discard(stream_id)
        return len(good)

    def write(self, entries: Sequence[Entry], first: Callable[[], None]) -> None:
        """Fold and write these events in one transaction, whose first act is given; a failure keeps nothing."""
        try:
            self.fold(entries)
            with self._connection.transaction():
                first()
                self.put()
        except BaseException:
            self.forget()
            raise
        self.remember()

    def fold(self, entries: Sequence[Entry]) -> None:
        """Fold these events into the rows in memory. Until `remember` they are more than what is stored."""
        fold_all(self._connection, [self.folder], entries)

    def put(self) -> None:
        """Write what was folded, in a transaction of the caller's."""
        for rows in self.folder.tables:
            rows.write(self._connection, copying=self.copying)

    def remember(self) -> None:
        """The transaction went through: the rows in memory are those stored."""
        for rows in self.folder.tables:
            rows.written()
            rows.forget_all_but(REBUILT_ROWS_TO_REMEMBER if self._lease.is_shadow else LIVE_ROWS_TO_REMEMBER)

    def forget(self) -> None:
        """Something failed: what is in memory may be half of a page."""
        self.folder = self._new_folder()

    def attempt(self, entries: Sequence[Entry]) -> None:
        """Fold and write these events without keeping anything; fails wherever one of them does."""
        folder = self._new_folder()
        fold_one_by_one(self._connection, folder, entries)
        with self._connection.transaction() as transaction:
            for rows in folder.tables:
                rows.write(self._connection, copying=self.copying)
            raise Rollback(transaction)

    def _new_folder(self) -> Folder:
        tables = self._model.tables
        return Folder(self._model, [Rows(table, self._named(self._model.table_name(table))) for table in tables])
