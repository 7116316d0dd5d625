"""A topic in memory and its members: everything a cluster may do to them, one step at a time and repeatable."""

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from uuid import UUID

from projections.engine.group.topic import Delivered, Topic
from tests.projections.tally import Log, StoredEvent
from workers.group.feed import Assignment, RecordsAreLost


class Cluster:
    """Partitions as lists of records; what was dropped from the beginning is None."""

    def __init__(self, partitions: int = 4) -> None:
        self.making = 0
        self.at_next_question: Callable[[], None] | None = None
        """What happens right after somebody asked about the topic."""
        self.records: list[list[StoredEvent | None]] = []
        self.assignments: dict[str, Assignment] = {}
        self.make_topic(partitions)

    def make_topic(self, partitions: int = 4) -> None:
        """Delete the topic and make it again."""
        self.making += 1
        self.records = [[] for _ in range(partitions)]

    def add_partition(self) -> None:
        """As an administrator may."""
        self.records.append([])

    def topic(self) -> Topic:
        found = Topic(f"topic {self.making}", len(self.records), self.owner)
        self._was_asked()
        return found

    def owner(self, stream_id: UUID) -> int:
        return stream_id.int % len(self.records)

    def send(self, row: StoredEvent, partitions: int) -> None:
        """By a producer who takes the topic to have so many partitions."""
        self.records[row.stream_id.int % min(partitions, len(self.records))].append(row)

    def assign(self, members: Sequence[str], chance: random.Random) -> None:
        """Share the partitions out anew among these; all others have none, and do not know it yet."""
        owners = [chance.choice(members) for _ in self.records]
        for name in {*members, *self.assignments}:
            before = self.assignments.get(name, Assignment(0, frozenset()))
            mine = frozenset(number for number, owner in enumerate(owners) if owner == name)
            self.assignments[name] = Assignment(before.number + 1, mine)

    def drop_first(self, chance: random.Random) -> None:
        """As retention does."""
        for records in self.records:
            for offset in range(chance.randint(0, len(records))):
                records[offset] = None

    def ends(self, partitions: Collection[int]) -> Mapping[int, int]:
        """The offset after the last record of each of these."""
        found = {number: self.range_of(number)[1] for number in partitions}
        self._was_asked()
        return found

    def _was_asked(self) -> None:
        if (act := self.at_next_question) is not None:
            self.at_next_question = None
            act()

    def range_of(self, partition: int) -> tuple[int, int]:
        """First offset and end of a partition; one that is not there any more holds nothing."""
        held = self.records[partition] if partition < len(self.records) else []
        return next((n for n, one in enumerate(held) if one), len(held)), len(held)


class MemoryFeed:
    """One member's view, which may be an old one: it learns of a new assignment only after it has read once more."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster = cluster
        self._name = name
        self._known = cluster.assignments[name]
        self._offsets: dict[int, int] = {}

    def topic(self) -> Topic:
        return self._cluster.topic()

    def assignment(self) -> Assignment:
        return self._known

    def ends(self, partitions: Collection[int]) -> Mapping[int, int]:
        return self._cluster.ends(partitions)

    def go_on(self, offsets: Mapping[int, int]) -> None:
        self._offsets.update(offsets)

    def read(self, seconds: float, limit: int) -> Sequence[Delivered]:
        delivered = list(self._records(limit))
        if self._known != self._cluster.assignments[self._name]:
            self._known = self._cluster.assignments[self._name]
            self._offsets.clear()
        return delivered

    def _records(self, limit: int) -> Iterable[Delivered]:
        for number, offset in list(self._offsets.items()):
            first, end = self._cluster.range_of(number)
            if not first <= offset <= end:
                del self._offsets[number]
                raise RecordsAreLost([number], "out of range")
            for row in self._cluster.records[number][offset : offset + limit] if end else ():
                yield Delivered(number, self._offsets[number], row)
                self._offsets[number] += 1


class Relay:
    """Delivers at least once, in the ways a relay may fail. What it knows of the partitions may be old."""

    def __init__(self, log: Log, cluster: Cluster) -> None:
        self.position = 0
        self._log = log
        self._cluster = cluster
        self._partitions = len(cluster.records)

    def delivered_up_to(self) -> int:
        return self.position

    def look_again(self) -> None:
        self._partitions = len(self._cluster.records)

    def send(self, limit: int = 10_000) -> None:
        """All of a page."""
        rows = self._log.rows(self.position, limit)
        for row in rows:
            self._cluster.send(row, self._partitions)
        self.position = rows[-1].position if rows else self.position

    def die_while_sending(self, limit: int, chance: random.Random) -> None:
        """Some of a page has arrived, though the checkpoint does not say so; a later record without an earlier one."""
        for row in self._log.rows(self.position, limit):
            if chance.random() < 0.6:
                self._cluster.send(row, self._partitions)
