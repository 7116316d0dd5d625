"""What goes into which topic: the internal ones here, a subscriber's in `subscriber_topic`."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

import orjson
from psycopg import Connection

from domain.psychotherapy_note.notes import PSYCHOTHERAPY_NOTE
from store.feed import cloud_event
from store.publishing import erased_among
from store.row import Row
from workers.kafka.internal import message_of
from workers.kafka.producer import Message

STATE_HEADERS = (("content-type", b"application/cloudevents+json"),)


class Outlet(Protocol):
    """A topic and what becomes of rows of the log on their way into it."""

    @property
    def topic(self) -> str: ...
    @property
    def subscriber_id(self) -> UUID | None: ...
    @property
    def begins_after(self) -> int: ...
    @property
    def may_grow(self) -> bool:
        """Whether its readers bear that a stream goes on in another partition, as it does when some are added."""
        ...

    @property
    def keeps_the_last(self) -> bool:
        """Whether the topic is about the last message of each key: then no older one may come after it."""
        ...

    def messages(self, connection: Connection[Any], rows: Sequence[Row], log_id: UUID) -> list[Message]:
        """What is sent of these rows, in the order of positions."""
        ...


class EventsOutlet:
    """Every event but those of psychotherapy notes: those are their authors' alone, and nothing is made of them."""

    subscriber_id = None
    begins_after = 0
    may_grow = True  # members begin from the log where partitions are others
    keeps_the_last = False

    def __init__(self, topic: str) -> None:
        self.topic = topic

    def messages(self, connection: Connection[Any], rows: Sequence[Row], log_id: UUID) -> list[Message]:
        return [message_of(row, log_id, self.topic) for row in rows if row.stream_type != PSYCHOTHERAPY_NOTE.name]


class StateOutlet:
    """The last event of each stream, without its payload; the topic keeps one message per stream.

    Who begins anew learns from it, in a fraction of the log, which streams there are and how far each has come, and so
    what to fetch and when nothing is missing. Not more: a state with content would be a read model that nobody can
    rebuild, and read models are kept where their rows are. Streams of erased persons are taken
    out (see `errand`), and once more where what is sent comes to them: they stay out.
    """

    subscriber_id = None
    begins_after = 0
    may_grow = False  # an old state in one partition would outlive the last one, and a tombstone, in another
    keeps_the_last = True

    def __init__(self, topic: str, address: str = "") -> None:
        self.topic = topic
        self._address = address

    def messages(self, connection: Connection[Any], rows: Sequence[Row], log_id: UUID) -> list[Message]:
        last = {row.stream_id: row for row in rows if row.stream_type != PSYCHOTHERAPY_NOTE.name}
        erased = erased_among(connection, last) if last else set()
        return [self._message(row, log_id, is_gone=row.stream_id in erased) for row in sorted(last.values())]

    def _message(self, row: Row, log_id: UUID, *, is_gone: bool) -> Message:
        if is_gone:
            return Message(self.topic, str(row.stream_id).encode(), None, position=row.position)
        state = orjson.dumps(cloud_event(row, log_id, None, self._address))
        return Message(self.topic, str(row.stream_id).encode(), state, STATE_HEADERS, row.position)
