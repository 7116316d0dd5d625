"""What a consumer makes of a partition that does not go on where it stands."""

import pytest
from kafka import TopicPartition
from kafka.errors import LogTruncationError

from workers.kafka.brokers import Brokers
from workers.kafka.consumer import Consumer, OffsetsAreGone, Partition


def test_what_the_brokers_took_back_is_not_read_over(brokers: Brokers, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an election that cost acknowledged records, which one broker cannot hold."""
    with Consumer(brokers) as consumer:

        def poll(**_: object) -> None:
            raise LogTruncationError({TopicPartition("t", 3): None})

        monkeypatch.setattr(consumer._client, "poll", poll)
        with pytest.raises(OffsetsAreGone) as gone:
            consumer.poll(0.1)
    assert gone.value.partitions == [Partition("t", 3)]
