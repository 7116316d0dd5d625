"""What a consumer makes of a partition that does not go on where it stands."""

import pytest
from kafka import TopicPartition
from kafka.errors import LogTruncationError

from workers.kafka.brokers import Brokers
from workers.kafka.consumer import Consumer, OffsetsAreGone, Partition, PartitionIsNotOurs


def test_what_the_brokers_took_back_is_not_read_over(brokers: Brokers, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an election that cost acknowledged records, which one broker cannot hold."""
    with Consumer(brokers) as consumer:

        def poll(**_: object) -> None:
            raise LogTruncationError({TopicPartition("t", 3): None})

        monkeypatch.setattr(consumer._client, "poll", poll)
        with pytest.raises(OffsetsAreGone) as gone:
            consumer.poll(0.1)
    assert gone.value.partitions == [Partition("t", 3)]


def test_a_partition_that_went_to_another_is_neither_held_nor_gone_on_with(brokers: Brokers) -> None:
    with Consumer(brokers) as consumer:
        for act in (consumer.hold, lambda one: consumer.go_on(one, 0)):
            with pytest.raises(PartitionIsNotOurs):
                act(Partition("t", 3))
