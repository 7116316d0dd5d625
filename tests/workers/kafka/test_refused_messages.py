"""A message that the brokers never take holds back what follows it, and nothing before it is sent again and again."""

from base64 import b64encode
from collections.abc import Sequence
from contextlib import nullcontext
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

import workers.kafka.rest
from projections.engine.lease import take_lease
from store.publishing import places
from store.row import Row
from tests.postgres import Database
from tests.waiting import eventually
from tests.workers.kafka.invented import InventedLog, repetitions_in
from tests.workers.kafka.published import all_of, create, places_in, running
from workers.kafka.brokers import Brokers
from workers.kafka.errand import Errand
from workers.kafka.outlets import EventsOutlet
from workers.kafka.producer import Message, NotDelivered
from workers.kafka.publisher import Publisher
from workers.kafka.topics import Admin, Making, Topic
from workers.publish import Publishing, Relay
from workers.shift import connect

TOO_LONG = b64encode(Random(40).randbytes(1_500_000))
"""More than a topic takes unless it is told otherwise, and nothing that compression makes smaller."""
REFUSED_AT = 43


class OneTooLong(EventsOutlet):
    """All events of the log, one of them with more in it than the topic takes."""

    def __init__(self, topic: str) -> None:
        super().__init__(topic)
        self.tried: list[int] = []

    def messages(self, connection: Connection[Any], rows: Sequence[Row], log_id: UUID) -> list[Message]:
        self.tried += [row.position for row in rows]
        found = super().messages(connection, rows, log_id)
        return [one._replace(headers=[*one.headers, ("long", self.made_long(one))]) for one in found]

    def made_long(self, message: Message) -> bytes:
        return TOO_LONG if message.position == REFUSED_AT else b""


def test_only_what_was_not_acknowledged_is_sent_again(
    database: Database, brokers: Brokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers.kafka.rest, "SHORTEST_SECONDS", 0.01)
    monkeypatch.setattr(workers.kafka.rest, "LONGEST_SECONDS", 0.1)
    log, topic = InventedLog(100), f"t{uuid4().hex[:12]}"
    create(brokers, topic, 3)
    outlet = OneTooLong(topic)
    relay = Relay(
        database.work_url, lambda: nullcontext(log), brokers, lambda _: (outlet,), lambda _: (),
        page=60, look_seconds=0.2,
    )  # fmt: skip
    with running(relay):
        eventually(lambda: outlet.tried.count(REFUSED_AT) >= 5)
        place = places_in(database)[topic]
        assert (place.position, place.failure) == (REFUSED_AT - 1, "MessageSizeTooLargeError")
        assert [outlet.tried.count(one) for one in (1, REFUSED_AT - 1, 61)] == [1, 1, 0]
        assert len(all_of(brokers, topic)) == REFUSED_AT - 1, "sent again each time"
        with Admin(brokers) as admin:
            admin.correct([Topic(topic, settings={"max.message.bytes": "4194304"})])
        eventually(lambda: places_in(database)[topic].position == log.head())
    assert repetitions_in(all_of(brokers, topic), log) == 0
    assert places_in(database)[topic].failure is None


class OneTopic:
    """A cluster that has the topics it is asked for."""

    def makings(self, *topics: str) -> dict[str, Making]:
        return {topic: Making(UUID(int=1), 1) for topic in topics}


class Refusing:
    """Brokers that take so many messages of one topic, and of all others everything."""

    def __init__(self, topic: str, takes: int, kind: str = "MessageSizeTooLargeError") -> None:
        self.topic, self.takes, self.kind = topic, takes, kind
        self.sent: list[Message] = []

    def send_all(self, messages: Sequence[Message], _: object) -> None:
        of_topic = [one for one in messages if one.topic == self.topic]
        taken = [one for one in messages if one.topic != self.topic or one in of_topic[: self.takes]]
        self.sent += taken
        if len(taken) < len(messages):
            counts = {one.topic: sum(other.topic == one.topic for other in taken) for one in messages}
            raise NotDelivered({self.topic: self.kind}, counts)


@pytest.mark.parametrize(
    ("takes", "kind", "expected"),
    [
        (5, "MessageSizeTooLargeError", "given up"),
        (6, "MessageSizeTooLargeError", "done"),
        (5, "KafkaTimeoutError", "begun again"),
        (3, "MessageSizeTooLargeError", "begun again"),
    ],
)
def test_what_was_asked_for_is_over_only_where_no_broker_takes_it(
    database: Database, takes: int, kind: str, expected: str
) -> None:
    """Four events of the log come first in the same topic, then the two of a stretch."""
    told: list[str] = []

    def errands(_: object) -> list[Errand]:
        stretch = iter([[Message("asked", b"", b"1"), Message("asked", b"", b"2")]])
        return [Errand("asked", stretch, lambda _: told.append("done"), lambda _: told.append("given up"))]

    with connect(database.work_url) as connection:
        taken = take_lease(connection, Publishing(), "a holder")
        assert taken is not None
        outlets = (EventsOutlet("asked"), EventsOutlet("other"))
        publisher = Publisher(connection, InventedLog(4), lambda _: outlets, errands, *taken)
        publisher.look(OneTopic())  # type: ignore[arg-type]
        refusing = Refusing("asked", takes, kind)
        if expected != "done":
            with pytest.raises(NotDelivered):
                publisher.publish_some(OneTopic(), refusing, lambda: None)  # type: ignore[arg-type]
        while publisher.publish_some(OneTopic(), refusing, lambda: None):  # type: ignore[arg-type]
            pass
        standing = {one.topic: one.position for one in places(connection).values()}
    assert told == ([] if expected == "begun again" else [expected])
    assert standing == {"asked": min(takes, 4), "other": 4}
