"""Applies pages of events to one read model: exactly once, in order per stream, past whatever cannot be folded."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection

from projections.engine.ahead import streams_ahead
from projections.engine.lease import Lease, move
from projections.engine.pages import REBUILD_PAGE
from projections.engine.parking import Aside, park, streams_to_replay
from projections.engine.read_model import ReadModel
from projections.engine.source import Entry, Source, read_entries
from projections.engine.writer import Writer


class Runner:
    """One read model under one lease."""

    def __init__(
        self, connection: Connection[Any], model: ReadModel, lease: Lease, position: int, *, copying: bool = False
    ) -> None:
        self.model = model
        self.lease = lease
        self.position = position
        self.writer = Writer(connection, model, lease, copying=copying)
        self._connection = connection
        self._ahead = {} if lease.is_shadow else streams_ahead(connection, model, of=position)

    @property
    def stored_names(self) -> frozenset[str]:
        """Under which names the events it wants are stored."""
        return self.model.stored_names

    @property
    def is_ahead(self) -> bool:
        """Whether rows of some streams know more than its position says."""
        return bool(self._ahead)

    def wanted(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of a page that it has not taken in yet."""
        mine = [one for one in entries if one.position > self.position and one.stored_as in self.stored_names]
        if self._ahead:  # members of a group were here before
            mine = [one for one in mine if one.position > self._ahead.get(one.stream_id, 0)]
        return mine

    def apply(self, entries: Sequence[Entry], *, last: int, head: int) -> int:
        """Fold the events of a page that ends at position `last`, write the rows and move on; all or nothing.

        Answers with how many events were folded. Events that fail for good are parked with the rest of their stream.
        """
        if last <= self.position:
            return 0
        mine = self.wanted(entries)
        folded = self.writer.apply(mine, lambda aside: self._keep(aside, after=last, head=head))
        self.position = last
        return folded

    def take_in(self, source: Source, ahead: Mapping[UUID, int]) -> None:
        """Fold events beyond our position, of each of these streams those up to a position of its own."""
        after, last = self.position, max(ahead.values(), default=0)
        while after < last and (rows := source.rows(after, REBUILD_PAGE)):
            after = rows[-1].position
            theirs = [row for row in rows if row.position <= ahead.get(row.stream_id, 0)]
            entries = read_entries(source, theirs, self.stored_names)
            self.writer.apply(entries, lambda aside: self._keep(aside, after=self.position, head=0))

    def beat(self, head: int) -> None:
        """Say that we are alive and still the ones who write."""
        move(self._connection, self.lease, before=self.position, after=self.position, head=head)

    def renew(self) -> None:
        """The same without news of the log; LeaseWasLost if somebody else writes now."""
        self.beat(self.position)

    def replay_what_was_asked(self, source: Source) -> int:
        """Fold parked streams that somebody asked for, in order, as far as they go; answers with how many events."""
        asked = streams_to_replay(self._connection, self.lease)
        return self.writer.replay(source, asked, lambda aside: self._keep(aside, after=self.position, head=0))

    def _keep(self, aside: Sequence[Aside], *, after: int, head: int) -> None:
        move(self._connection, self.lease, before=self.position, after=after, head=head)
        park(self._connection, self.lease, aside)
