"""The internal topic as one member of the consumer group sees it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from uuid import UUID

from kafka.coordinator.assignors.range import RangePartitionAssignor

from projections.engine.group.topic import Delivered, Topic
from workers.group.feed import Assignment, RecordsAreLost
from workers.kafka.brokers import Brokers
from workers.kafka.consumer import (
    Consumer,
    OffsetsAreGone,
    Partition,
    PartitionIsNotOurs,
    Received,
    TopicCannotBeRead,
)
from workers.kafka.internal import MessageIsNotReadable, log_id_of, partition_of, row_of
from workers.kafka.topics import Admin

SESSION_SECONDS = 10.0
"""A member that gave no sign of life for so long is none any more."""


METADATA_MS = 15_000
"""How long what is known of a topic may be old: one made anew is otherwise noticed after up to five minutes."""


class KafkaFeed:
    """Everything it is told by the client's own thread is one assignment, replaced as a whole."""

    def __init__(self, admin: Admin, consumer: Consumer, topic: str, log_id: UUID) -> None:
        self._admin = admin
        self._consumer = consumer
        self._topic = topic
        self._log_id = log_id
        self._assignment = Assignment(0, frozenset())
        consumer.join([topic], on_assigned=self._assigned, on_revoked=self._revoked)

    def topic(self) -> Topic:
        """Raises TopicCannotBeRead where there is none."""
        found = self._admin.making(self._topic)
        if found is None:
            raise TopicCannotBeRead(self._topic)
        topic_id, partitions = found
        return Topic(str(topic_id), partitions, partial(partition_of, partitions=partitions))

    def assignment(self) -> Assignment:
        return self._assignment

    def ends(self, partitions: Collection[int]) -> Mapping[int, int]:
        found = self._consumer.ends_of([Partition(self._topic, number) for number in partitions])
        return {one.number: end for one, end in found.items()}

    def go_on(self, offsets: Mapping[int, int]) -> None:
        for number, offset in offsets.items():
            with suppress(PartitionIsNotOurs):  # the next round sees another assignment
                self._consumer.go_on(Partition(self._topic, number), offset)

    def read(self, seconds: float, limit: int) -> Sequence[Delivered]:
        try:
            return [self._delivered(one) for one in self._consumer.poll(seconds, limit)]
        except OffsetsAreGone as gone:
            for one in gone.partitions:
                with suppress(PartitionIsNotOurs):  # it is lost for whoever has it now
                    self._consumer.hold(one)
            raise RecordsAreLost([one.number for one in gone.partitions], "dropped before they were read") from None

    def _delivered(self, one: Received) -> Delivered:
        try:
            is_ours = log_id_of(one.headers) == self._log_id
            row = row_of(one.value or b"", one.headers) if is_ours else None
        except MessageIsNotReadable:
            raise RecordsAreLost([one.partition.number], f"offset {one.offset} cannot be read") from None
        return Delivered(one.partition.number, one.offset, row)

    def _assigned(self, partitions: frozenset[Partition]) -> None:
        for one in partitions:
            self._consumer.hold(one)
        self._assignment = Assignment(self._assignment.number + 1, frozenset(one.number for one in partitions))

    def _revoked(self, _: frozenset[Partition]) -> None:
        self._assignment = Assignment(self._assignment.number + 1, frozenset())


@contextmanager
def open_kafka_feed(
    brokers: Brokers, topic: str, group: str, log_id: UUID, *, session_seconds: float = SESSION_SECONDS
) -> Iterator[KafkaFeed]:
    """Join the group, and leave it at the end. Offsets are kept with the rows, so a place that is gone is an error."""
    settings = {
        "auto_offset_reset": "none",
        "session_timeout_ms": int(session_seconds * 1000),
        "heartbeat_interval_ms": int(session_seconds * 300),
        "partition_assignment_strategy": [RangePartitionAssignor],
        "metadata_max_age_ms": METADATA_MS,
    }
    with Admin(brokers) as admin, Consumer(brokers, group=group, **settings) as consumer:
        yield KafkaFeed(admin, consumer, topic, log_id)
