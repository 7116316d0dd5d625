"""One member's share of a read model: records of its partitions folded once each, their offsets kept with the rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import Connection

from projections.engine.group.partition import Partition, Taken, move
from projections.engine.group.streams import EventsAreMissing, Streams
from projections.engine.group.topic import Delivered, StreamSource, Topic, VersionedRow
from projections.engine.lease import Lease
from projections.engine.parking import Aside, park, streams_to_replay
from projections.engine.read_model import ReadModel
from projections.engine.source import Entry, Source, read_entries
from projections.engine.writer import Writer


class NeedsTheWholeLog(Exception):
    """Rows of this read model depend on several streams, so no share of a topic can fill it; fill it from the log."""


class Decoded:
    """The events of one batch, each decoded once for all read models."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known: dict[int, Entry] = {}

    def entry(self, row: VersionedRow) -> Entry:
        """The event of a row, or why it cannot be read."""
        if row.position not in self._known:
            (self._known[row.position],) = read_entries(self._source, [row], frozenset({row.stored_as}))
        return self._known[row.position]


class MemberRunner:
    """One read model and the partitions of it that this member has taken."""

    def __init__(
        self, connection: Connection[Any], source: StreamSource, model: ReadModel, taken: Taken, topic: Topic
    ) -> None:
        if not model.per_episode:
            raise NeedsTheWholeLog(f"{model.name}: {NeedsTheWholeLog.__doc__}")
        self.model = model
        self.refilled = 0
        """How many events the topic lacked and the log gave."""
        self._connection = connection
        self._lease: Lease = taken.lease
        self._topic = topic
        self._written = {one.number: one for one in taken.partitions}
        self._reached = {one.number: one.next_offset for one in taken.partitions}
        self._streams = Streams(connection, source, taken.lease)
        self._writer = Writer(connection, model, taken.lease)

    @property
    def next_offsets(self) -> Mapping[int, int]:
        """The offset that comes next in each partition that goes on from the topic."""
        return {number: offset for number, offset in self._reached.items() if offset is not None}

    @property
    def distrusted(self) -> Mapping[int, int]:
        """Partitions that the log fills first, and up to which position they are filled."""
        return {one.number: one.position for one in self._written.values() if one.next_offset is None}

    def apply(self, delivered: Sequence[Delivered], decoded: Decoded) -> int:
        """Fold what follows on the rows, write them with the offsets; answers with how many events were folded.

        Records before our offset were folded. Events that fail for good are parked with the rest of their stream.
        Whatever this raises, the runner is worth nothing any more: take the partitions again.
        """
        ours = [one for one in delivered if self._follows(one)]
        for one in ours:
            self._reached[one.partition] = one.offset + 1
        entries = self._entries([one.row for one in ours if one.row], decoded)
        if not entries and not self._streams.has_changed:
            return 0  # offsets alone can wait for the next write
        before = self._unwritten()
        return self._write(entries, before, [one._replace(next_offset=self._reached[one.number]) for one in before])

    def refill(self, rows: Sequence[VersionedRow], last: int, decoded: Decoded) -> int:
        """Fold a page of the log that ends at position `last` into the partitions that cannot go on from the topic."""
        before = [self._written[number] for number in self.distrusted]
        numbers = self.distrusted
        entries = self._entries([row for row in rows if self._topic.owner(row.stream_id) in numbers], decoded)
        return self._write(entries, before, [one._replace(position=last) for one in before])

    def trust(self, offsets: Mapping[int, int]) -> None:
        """Go on from the topic at these offsets, before which nothing lies beyond what the log has filled in."""
        before = [one for one in self._written.values() if one.next_offset is None]
        after = [one._replace(next_offset=offsets[one.number]) for one in before]
        move(self._connection, self._lease, before, after)
        for one in after:
            self._written[one.number], self._reached[one.number] = one, one.next_offset

    def flush(self) -> None:
        """Keep the offsets of records that no row came of."""
        if before := self._unwritten():
            self._write([], before, [one._replace(next_offset=self._reached[one.number]) for one in before])

    def replay_what_was_asked(self, source: Source) -> int:
        """Fold parked streams of ours that somebody asked for; answers with how many events."""
        asked = streams_to_replay(self._connection, self._lease)
        ours = {stream_id: at for stream_id, at in asked.items() if self._topic.owner(stream_id) in self._written}
        if not ours:
            return 0
        everything = list(self._written.values())
        return self._writer.replay(source, ours, lambda aside: self._keep(everything, everything, aside))

    def _follows(self, one: Delivered) -> bool:
        offset = self._reached.get(one.partition)
        return offset is not None and one.offset >= offset

    def _unwritten(self) -> list[Partition]:
        return [one for one in self._written.values() if one.next_offset != self._reached[one.number]]

    def _entries(self, delivered: Sequence[VersionedRow], decoded: Decoded) -> list[Entry]:
        """The events to fold, each once and in the order of its stream."""
        admitted = self._streams.admit([row for row in delivered if row.stream_type in self.model.streams])
        self.refilled += admitted.refilled
        return [
            after_a_hole(row) if row.position in admitted.after_a_hole else decoded.entry(row)
            for row in admitted.rows
            if row.stored_as in self.model.stored_names or row.position in admitted.after_a_hole
        ]

    def _write(self, entries: Sequence[Entry], before: Sequence[Partition], after: Sequence[Partition]) -> int:
        """Rows, offsets and versions of streams together, or none of them."""
        folded = self._writer.apply(entries, lambda aside: self._keep(before, after, aside))
        self._streams.written()
        self._written.update((one.number, one) for one in after)
        return folded

    def _keep(self, before: Sequence[Partition], after: Sequence[Partition], aside: Sequence[Aside]) -> None:
        move(self._connection, self._lease, before, after)
        self._streams.write()
        park(self._connection, self._lease, aside)


def after_a_hole(row: VersionedRow) -> Entry:
    """An event before which others are missing: it is parked, and its stream waits."""
    failure = EventsAreMissing(EventsAreMissing.__doc__)
    return Entry(row.position, row.stream_id, row.event_id, row.stored_as, None, None, failure)
