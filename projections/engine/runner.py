"""Applies pages of events to one read model: exactly once, in order per stream, past whatever cannot be folded."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection, Rollback

from projections.engine.fold import Folder
from projections.engine.lease import Lease, move
from projections.engine.parking import Aside, held_streams, park, streams_to_replay, take_back
from projections.engine.poison import fails_for_good, find_poison
from projections.engine.read_model import ReadModel
from projections.engine.rows import Rows
from projections.engine.source import Entry, Source, read_entries
from projections.engine.tables_in_database import shadow_of

ROWS_TO_REMEMBER = 20_000


class Runner:
    """One read model under one lease. Rows stay in memory between pages: nobody else writes them."""

    def __init__(
        self, connection: Connection[Any], model: ReadModel, lease: Lease, position: int, *, copying: bool = False
    ) -> None:
        self.model = model
        self.lease = lease
        self.position = position
        self.copying = copying
        """Stream new rows in; only where a table is not walled yet."""
        self._connection = connection
        self._folder = self._new_folder()
        self._held = held_streams(connection, lease)

    @property
    def stored_names(self) -> frozenset[str]:
        """Under which names the events it wants are stored."""
        return self.model.stored_names

    def apply(self, entries: Sequence[Entry], *, last: int, head: int) -> int:
        """Fold the events of a page that ends at position `last`, write the rows and move on; all or nothing.

        Answers with how many events were folded. Events that fail for good are parked with the rest of their stream.
        """
        if last <= self.position:
            return 0
        mine = [one for one in entries if one.position > self.position and one.stored_as in self.stored_names]
        good = [entry for entry in mine if entry.stream_id not in self._held]
        behind = [Aside(entry) for entry in mine if entry.stream_id in self._held]

        def commit(entries: Sequence[Entry]) -> None:
            self._commit(entries, behind, after=last, head=head)

        if fails_for_good(commit, good):
            poison = find_poison(good, self._try)
            aside = {one.entry.position for one in poison}
            good = [entry for entry in good if entry.position not in aside]
            self._commit(good, [*behind, *poison], after=last, head=head)
            self._held.update(one.entry.stream_id for one in poison)
        self.position = last
        return len(good)

    def beat(self, head: int) -> None:
        """Say that we are alive and still the ones who write."""
        move(self._connection, self.lease, before=self.position, after=self.position, head=head)

    def renew(self) -> None:
        """The same without news of the log; LeaseWasLost if somebody else writes now."""
        self.beat(self.position)

    def replay_what_was_asked(self, source: Source) -> int:
        """Fold parked streams that somebody asked for, in order, as far as they go; answers with how many events."""
        replayed = 0
        for stream_id, positions in streams_to_replay(self._connection, self.lease).items():
            rows = source.rows_of(stream_id, positions)
            entries = read_entries(source, rows, self.stored_names)
            poison = find_poison(entries, self._try)
            aside = {one.entry.position for one in poison}
            good = [entry for entry in entries if entry.position not in aside]
            # a position that no fold wants any more is taken back as well
            done = [position for position in positions if position not in aside]
            self._commit(good, poison, after=self.position, head=self.position, done=done)
            if not poison:
                self._held.discard(stream_id)
            replayed += len(good)
        return replayed

    def _commit(
        self, entries: Sequence[Entry], aside: Sequence[Aside], *, after: int, head: int, done: Sequence[int] = ()
    ) -> None:
        connection, folder = self._connection, self._folder
        try:
            folder.fold(connection, entries)
            with connection.transaction():
                move(connection, self.lease, before=self.position, after=after, head=head)
                for rows in folder.tables:
                    rows.write(connection, copying=self.copying)
                park(connection, self.lease, aside)
                if done:
                    take_back(connection, self.lease, done)
        except BaseException:
            self._folder = self._new_folder()  # what is in memory may be half of a page
            raise
        for rows in folder.tables:
            if len(rows) > ROWS_TO_REMEMBER:
                rows.forget()

    def _try(self, entries: Sequence[Entry]) -> None:
        """Fold and write these events without keeping anything."""
        folder = self._new_folder()
        folder.fold(self._connection, entries)
        with self._connection.transaction() as transaction:
            for rows in folder.tables:
                rows.write(self._connection, copying=self.copying)
            raise Rollback(transaction)

    def _new_folder(self) -> Folder:
        named = shadow_of if self.lease.is_shadow else str
        return Folder(self.model, [Rows(table, named(self.model.table_name(table))) for table in self.model.tables])
