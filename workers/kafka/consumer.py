"""Receives messages: all of some topics from their beginning, or a share of them as a member of a group."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.errors import KafkaTimeoutError, LogTruncationError, NoOffsetForPartitionError, OffsetOutOfRangeError

from workers.kafka.brokers import ANSWER_MS, Brokers, WithBrokers, opened

CLOSE_MS = 2_000
JOIN_MS = 2_000


class TopicCannotBeRead(Exception):
    """There is no such topic, or this user may not read it: `throughline topics apply` makes topics and permissions."""


class OffsetsAreGone(Exception):
    """A partition does not go on where we stand: what comes next was dropped, what we read was taken back, or the topic
    is another."""

    def __init__(self, partitions: Sequence["Partition"]) -> None:
        super().__init__(f"{len(partitions)} partitions")
        self.partitions = partitions


class PartitionIsNotOurs(Exception):
    """The group gave the partition to somebody else, maybe at this moment."""


class Partition(NamedTuple):
    """A part of a topic that is in order."""

    topic: str
    number: int


class Received(NamedTuple):
    """A message as it came in."""

    partition: Partition
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes]


Told = Callable[[frozenset[Partition]], None]
"""Called from the client's own thread, which also gives signs of life: it must return at once."""


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # the client comes without types
    def __init__(self, on_assigned: Told, on_revoked: Told) -> None:
        self._on_assigned = on_assigned
        self._on_revoked = on_revoked

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._on_assigned(_ours(assigned))

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._on_revoked(_ours(revoked))


class Consumer(WithBrokers):
    """Never commits an offset: whoever reads keeps them beside what it made of the messages."""

    def __init__(self, brokers: Brokers, *, group: str | None = None, **more: object) -> None:
        """`more` are settings of the client, such as `session_timeout_ms`. Then call `read` or `join`."""
        self._client = opened(
            KafkaConsumer,
            brokers,
            metrics_enabled=False,
            group_id=group,
            enable_auto_commit=False,
            allow_auto_create_topics=False,
            reconnect_backoff_max_ms=1_000,
            **{"auto_offset_reset": "earliest", **more},
        )

    def read(self, *topics: str) -> None:
        """Read all partitions of these topics from their beginning, alone."""
        found = [TopicPartition(topic, number) for topic in topics for number in self._partitions_of(topic)]
        self._client.assign(found)

    def join(self, topics: Iterable[str], *, on_assigned: Told, on_revoked: Told) -> None:
        """Take a share of these topics as a member of the group."""
        self._client.subscribe(topics=list(topics), listener=_Listener(on_assigned, on_revoked))

    def poll(self, seconds: float, limit: int = 1_000) -> list[Received]:
        """What has come in, in order per partition; empty after so many seconds. Raises OffsetsAreGone."""
        try:
            self._finish_joining()
            found = self._client.poll(timeout_ms=int(seconds * 1000), max_records=limit)
        except OffsetOutOfRangeError as error:
            raise OffsetsAreGone([Partition(*one) for one in error.args[0]]) from None
        except LogTruncationError as error:  # what we have read was taken back; what follows is something else
            raise OffsetsAreGone([Partition(*one) for one in error.divergent_offsets]) from None
        except NoOffsetForPartitionError:
            return []  # assigned this moment; whoever keeps offsets elsewhere says where to go on
        return [
            Received(Partition(*where), one.offset, one.key, one.value, dict(one.headers))
            for where, records in found.items()
            for one in records
        ]

    def hold(self, partition: Partition) -> None:
        """Deliver nothing of it until `go_on`; PartitionIsNotOurs."""
        with _of_ours():
            self._client.pause(TopicPartition(*partition))
            self._client.seek(TopicPartition(*partition), 0)  # a place of no meaning, so that nobody looks for one

    def go_on(self, partition: Partition, offset: int) -> None:
        """Deliver it from this offset on; PartitionIsNotOurs."""
        with _of_ours():
            self._client.seek(TopicPartition(*partition), offset)
            self._client.resume(TopicPartition(*partition))

    def ends_of(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The offset after the last message there is now, for each of these. Not for ever: KafkaTimeoutError."""
        ends = self._client.end_offsets([TopicPartition(*one) for one in partitions], timeout_ms=ANSWER_MS)
        return {Partition(*one): offset for one, offset in ends.items()}

    def positions(self) -> dict[Partition, int]:
        """The offset that comes next, for each partition that is ours."""
        return {Partition(*one): self._client.position(one) for one in self._client.assignment()}

    def ends(self) -> dict[Partition, int]:
        """The offset after the last message there is now, for each partition that is ours."""
        ends = self._client.end_offsets(list(self._client.assignment()))
        return {Partition(*one): offset for one, offset in ends.items()}

    def close(self) -> None:
        """Leave."""
        self._client.close(timeout_ms=CLOSE_MS)

    def _finish_joining(self) -> None:
        """Wait for a rebalance that has begun, longer than a poll may last.

        The client (3.0.12) forgets one that outlasts the poll it began in, when it began because the topic was news to
        the leader of the group: that member would have no partitions and give no sign of life, for good.
        """
        coordinator = self._client._coordinator
        if coordinator.group_id is None or not (coordinator.rejoining or coordinator.need_rejoin()):
            return
        coordinator.request_rejoin()
        with suppress(KafkaTimeoutError):
            coordinator.ensure_active_group(timeout_ms=JOIN_MS)

    def _partitions_of(self, topic: str) -> set[int]:
        found: set[int] | None = self._client.partitions_for_topic(topic)
        if not found:
            raise TopicCannotBeRead(topic)
        return found


@contextmanager
def _of_ours() -> Iterator[None]:
    try:
        yield
    except (KeyError, ValueError):  # as the client says it
        raise PartitionIsNotOurs from None


def _ours(found: Iterable[TopicPartition]) -> frozenset[Partition]:
    return frozenset(Partition(*one) for one in found)
