"""Sends messages and says which topics all of theirs have arrived in, and which not."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError

from workers.kafka.brokers import ANSWER_MS, Brokers, WithBrokers, opened

DELIVERY_SECONDS = 30.0
LARGEST_MESSAGE = 8 * 1_048_576
BATCH_BYTES = 1_048_576
SPARE_SECONDS = 2.0
"""After a broker hung, the client was seen to forget some of what it had to give up: it is not waited for."""
TOGETHER_BYTES = 917_504
"""So much goes out at a time: it fits one batch, whichever partitions it is for."""

NEVER_ACCEPTED = frozenset({"MessageSizeTooLargeError", "RecordListTooLargeError", "InvalidRecordError"})
"""The client's words for a message that no broker takes, however often it is sent, until somebody changes the topic."""

Headers = Sequence[tuple[str, bytes]]


class Message(NamedTuple):
    """What goes out. No value marks a key as gone, in a topic that keeps the last value of each.

    `position` is that of the event it is about; None for what is not in the log.
    """

    topic: str
    key: bytes
    value: bytes | None
    headers: Headers = ()
    position: int | None = None

    @property
    def size(self) -> int:
        """About as many bytes as it takes in a batch."""
        named = sum(len(name) + len(content) + 4 for name, content in self.headers)
        return 32 + len(self.key) + len(self.value or b"") + named


class NotDelivered(Exception):
    """Not everything was acknowledged: close this producer, open another, and send again what is left.

    `failures` has the topics at fault, each with the client's word for what happened; `arrived` how many messages each
    topic has of those it was to get, counted from the first up to one that it has not.
    """

    def __init__(self, failures: Mapping[str, str], arrived: Mapping[str, int]) -> None:
        self.failures = failures
        self.arrived = arrived
        super().__init__(", ".join(f"{topic}: {kind}" for topic, kind in failures.items()))


class Producer(WithBrokers):
    """One session with the brokers. Not to be used after NotDelivered, nor after a fork."""

    def __init__(self, brokers: Brokers, *, delivery_seconds: float = DELIVERY_SECONDS) -> None:
        """Raises BrokersDoNotAnswer."""
        self._patience = delivery_seconds + SPARE_SECONDS
        half_ms = min(30_000, int(delivery_seconds * 500))
        self._client = opened(
            KafkaProducer,
            brokers,
            metrics_enabled=False,
            acks="all",
            enable_idempotence=True,  # said aloud: by default a conflicting setting turns it off in silence
            allow_auto_create_topics=False,
            compression_type="zstd",
            batch_size=BATCH_BYTES,
            max_request_size=LARGEST_MESSAGE,
            linger_ms=half_ms,  # a batch goes when we say so, whole
            delivery_timeout_ms=int(delivery_seconds * 1000),
            request_timeout_ms=half_ms,
            max_block_ms=min(half_ms, ANSWER_MS),
            bootstrap_timeout_ms=min(half_ms, ANSWER_MS),
            reconnect_backoff_max_ms=1_000,
        )

    def send_all(self, messages: Sequence[Message], while_waiting: Callable[[], None] = lambda: None) -> None:
        """Send in this order and wait for all; NotDelivered says how far each topic came before something failed.

        Every partition gets one batch at a time. Of two, the client gives up the first and still sends the second:
        a later event would come in before an earlier one of the same stream. `while_waiting` is called every second,
        and before each batch leaves: a process that stood still for long may have been replaced meanwhile, and what it
        was about to send would come after what its successor sent.
        """
        arrived: Counter[str] = Counter()
        for together in _in_batches(messages):
            while_waiting()
            failures = self._send(together, while_waiting, arrived)
            if failures:
                raise NotDelivered(failures, arrived)

    def _send(
        self, messages: Sequence[Message], while_waiting: Callable[[], None], arrived: Counter[str]
    ) -> dict[str, str]:
        """Which topics failed, and how; counts what arrived in each until then."""
        refused: dict[str, str] = {}
        futures = []
        for one in messages:
            if one.topic in refused:
                continue
            try:
                futures.append((one.topic, self._client.send(one.topic, one.value, one.key, list(one.headers))))
            except KafkaError as error:
                refused[one.topic] = type(error).__name__
                while_waiting()  # it may have waited for news of this topic, and does so for the next
        self._flush(while_waiting)
        failures: dict[str, str] = {}
        for topic, future in futures:  # the client's flush takes a failed message for a sent one
            try:
                future.get(timeout=0)
                arrived[topic] += topic not in failures
            except KafkaError as error:
                failures.setdefault(topic, type(error).__name__)
        return refused | failures

    def _flush(self, while_waiting: Callable[[], None]) -> None:
        until = time.monotonic() + self._patience
        while time.monotonic() < until:
            try:
                return self._client.flush(timeout=1)  # type: ignore[no-any-return]  # nothing
            except KafkaTimeoutError:
                while_waiting()
            except KafkaError:  # a batch was split in two, which the client waits for at the next try
                continue

    def close(self) -> None:
        """End the session at once; what was not acknowledged is given up."""
        try:
            self._client.close(timeout=0)
        except KafkaError:  # the client waits for what is on its way before it ends its thread, and then does not
            self._client._sender.force_close()


def _in_batches(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """Parts that fit one batch each."""
    begin = size = 0
    for place, one in enumerate(messages):
        if size + one.size > TOGETHER_BYTES and place > begin:
            yield messages[begin:place]
            begin, size = place, 0
        size += one.size
    if messages:
        yield messages[begin:]
