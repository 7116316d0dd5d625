"""Sends messages and says that all of them have arrived, or that one has not."""

from collections.abc import Sequence
from types import TracebackType
from typing import NamedTuple, Self

from kafka import KafkaProducer
from kafka.errors import KafkaError

from workers.kafka.brokers import Brokers

DELIVERY_SECONDS = 120.0
LARGEST_MESSAGE = 8 * 1_048_576
BATCH_BYTES = 262_144
"""One batch is on its way per partition at a time, so small ones would make throughput a matter of round trips."""

Headers = Sequence[tuple[str, bytes]]


class Message(NamedTuple):
    """What goes out. No value marks a key as gone, in a topic that keeps the last value of each."""

    topic: str
    key: bytes
    value: bytes | None
    headers: Headers = ()


class NotDelivered(Exception):
    """The brokers have not acknowledged a message. Close this producer: it would go on with what follows the lost one.

    `topic` is the one at fault, if any is; `kind` the client's word for what happened.
    """

    def __init__(self, topic: str | None, error: Exception) -> None:
        self.topic = topic
        self.kind = type(error).__name__
        super().__init__(f"{topic or 'brokers'}: {self.kind}")


class Producer:
    """One session with the brokers. Not to be used after NotDelivered, nor after a fork."""

    def __init__(
        self, brokers: Brokers, *, delivery_seconds: float = DELIVERY_SECONDS, linger_ms: int = 5, **more: object
    ) -> None:
        """Raises NotDelivered when no broker answers in time."""
        self._patience = 2 * delivery_seconds
        request_ms = min(30_000, int(delivery_seconds * 1000) - linger_ms)
        try:
            self._client = KafkaProducer(
                **brokers.options,
                metrics_enabled=False,
                acks="all",
                enable_idempotence=True,  # said aloud: by default a conflicting setting turns it off in silence
                allow_auto_create_topics=False,
                compression_type="zstd",
                batch_size=BATCH_BYTES,
                max_request_size=LARGEST_MESSAGE,
                linger_ms=linger_ms,
                delivery_timeout_ms=int(delivery_seconds * 1000),
                request_timeout_ms=request_ms,
                max_block_ms=int(delivery_seconds * 1000),
                bootstrap_timeout_ms=request_ms,
                reconnect_backoff_max_ms=1_000,
                **more,
            )
        except KafkaError as error:
            raise NotDelivered(None, error) from error

    def send_all(self, messages: Sequence[Message]) -> None:
        """Send in this order and wait for all; NotDelivered at the first that has not arrived, whatever followed it.

        A failed batch fails alone: later messages of the same key may have arrived. Whoever sends again must begin
        again with the first of these, on a new producer, and receivers know repetitions by their id.
        """
        futures = []
        for one in messages:
            try:
                futures.append(self._client.send(one.topic, one.value, one.key, list(one.headers)))
            except KafkaError as error:
                raise NotDelivered(one.topic, error) from error
        for one, future in zip(messages, futures, strict=True):  # not by flush, which takes a failed one for sent
            try:
                future.get(timeout=self._patience)
            except KafkaError as error:
                raise NotDelivered(one.topic, error) from error

    def close(self) -> None:
        """End the session at once; what was not acknowledged is given up."""
        try:
            self._client.close(timeout=0)
        except KafkaError:  # the client waits for what is on its way before it ends its thread, and then does not
            self._client._sender.force_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
