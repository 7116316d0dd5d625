"""A subscriber's own topic: CloudEvents of its view in binary mode, each batch written down before it leaves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cloudevents.core.bindings.kafka import to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from psycopg import Connection

from domain.subscriber.subscriber import Way
from store.departures import note_departure
from store.row import Row
from store.subscribers import Subscriber
from store.view import View
from workers.kafka.producer import Message

JSON = JSONFormat()


class SubscriberOutlet:
    """The topic of a subscriber whose grant is in force."""

    may_grow = False
    keeps_the_last = False

    def __init__(
        self, topic: str, subscriber: Subscriber, address: str = "", *, request_id: UUID | None = None
    ) -> None:
        """`address` is where this installation is reached, as items name their schemas; `request_id` who asked."""
        self.topic = topic
        self.subscriber_id = subscriber.subscriber_id
        self.begins_after = subscriber.since_position
        self._subscriber = subscriber
        self._address = address
        self._request_id = request_id

    def messages(self, connection: Connection[Any], rows: Sequence[Row], log_id: UUID) -> list[Message]:
        items = items_of(connection, View(self._subscriber, log_id, address=self._address), rows)
        if items:
            with connection.transaction():
                connection.execute("SET LOCAL synchronous_commit = on")  # on disk before a byte is sent
                note_departure(
                    connection, subscriber=self._subscriber, way=Way.KAFKA, items=items, request_id=self._request_id
                )
        return [in_binary_mode(self.topic, item) for item in items]


def items_of(connection: Connection[Any], view: View, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What is in the view, each with the position before it."""
    seen = [row for row in rows if view.sees(row)]
    if not seen:
        return []
    previous = view.previous_before(connection, seen[0].position)
    before = [previous, *(row.position for row in seen)]
    return [view.item(row, position) for row, position in zip(seen, before, strict=False)]


def in_binary_mode(topic: str, item: dict[str, Any]) -> Message:
    """Attributes in headers, data in the value, keyed by what the event is about."""
    attributes = {name: _plain(value) for name, value in item.items() if name != "data"}
    attributes["time"] = datetime.fromisoformat(item["time"])
    subject = str(item["subject"]).rpartition("/")[2]
    message = to_binary(CloudEvent(attributes, item["data"]), JSON)
    return Message(topic, subject.encode(), message.value, tuple(message.headers.items()), item.get("position"))


def _plain(value: object) -> object:
    """Truth values as the specification writes them."""
    return str(value).lower() if isinstance(value, bool) else value
