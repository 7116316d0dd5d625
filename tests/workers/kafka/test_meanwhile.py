"""What a subscriber's topic gets when things change while the log is read, or cannot be sent; without a broker."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

import workers.kafka.requests as carrying_out
from deploy.read_models import open_log
from domain.actor import Role
from domain.subscriber.pause_subscriber import PauseSubscriber, pause_subscriber
from domain.subscriber.subscriber import Way
from projections.engine.lease import take_lease
from store.datastore import Datastore
from store.feed import log_id_of
from store.publishing import begin_place, places
from store.reader import Reader
from store.row import Row
from store.subscriber_requests import ask_to_resend
from store.subscribers import subscribers
from store.view import View
from tests.postgres import Database
from tests.store.house import House
from tests.store.requested import outcomes_of
from tests.store.subscribed import Subscribed
from workers.kafka.errand import Errand
from workers.kafka.names import TopicNames
from workers.kafka.outlets import EventsOutlet, StateOutlet
from workers.kafka.producer import Message
from workers.kafka.publisher import Publisher
from workers.kafka.requests import requested
from workers.kafka.subscriber_topic import SubscriberOutlet
from workers.kafka.topics import Making
from workers.publish import Publishing
from workers.shift import connect

NAMES = TopicNames("throughline")


class EveryTopic:
    """A cluster that has every topic it is asked for."""

    def makings(self, *topics: str) -> dict[str, Making]:
        return {topic: Making(UUID(int=1), 1) for topic in topics}


class Sent:
    """Takes whatever is sent."""

    def __init__(self) -> None:
        self.types: list[str] = []

    def send_all(self, messages: Sequence[Message], _: object) -> None:
        self.types += [dict(one.headers).get("ce_type", b"").decode() for one in messages]


@pytest.fixture
def ours(home: House) -> Subscribed:
    return Subscribed(home, Way.KAFKA)


def test_a_grant_that_grows_while_the_log_is_read_passes_over_nothing(ours: Subscribed, database: Database) -> None:
    ours.grant(stored_names=("PlanIssued",), with_history=True)
    every_network, sent = Datastore(database.work_url, max_size=2), Sent()

    def outlets(_: object) -> list[SubscriberOutlet]:
        return [
            SubscriberOutlet(NAMES.of_subscriber(one.subscriber_id), one)
            for one in subscribers(every_network, Way.KAFKA)
        ]

    with connect(database.work_url) as connection, open_log(database.work_url) as source:

        class GrantedMeanwhile:
            """The log, in which somebody writes at the moment it is read."""

            is_granted = False

            def head(self) -> int:
                return source.head()

            def rows(self, after: int, limit: int) -> Sequence[Row]:
                if not self.is_granted:
                    self.is_granted = True
                    ours.grant(stored_names=("PlanIssued", "PatientReferred"))
                    ours.episode()
                return source.rows(after, limit)

        taken = take_lease(connection, Publishing(), "a holder")
        assert taken is not None
        publisher = Publisher(connection, GrantedMeanwhile(), outlets, lambda _: [], *taken)  # type: ignore[arg-type]
        publisher.look(EveryTopic())  # type: ignore[arg-type]
        while publisher.publish_some(EveryTopic(), sent, lambda: None):  # type: ignore[arg-type]
            pass
    every_network.close()
    assert sent.types == ["throughline.episode.PatientReferred.v1"]


def test_a_pause_breaks_off_a_stretch_and_says_so(
    ours: Subscribed, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying_out, "PAGE", 2)
    ours.grant(with_history=True)
    ours.episode()
    home, every_network = ours.home, Datastore(database.work_url, max_size=2)
    by = home.admit(Role.COMPLIANCE).actor_id
    ask_to_resend(home.datastore, ours.now, 1, 1_000, by=by, request_id=uuid4())
    with connect(database.work_url) as connection:
        stand_at(connection, ours, 1_000)
        (errand,) = requested(connection, every_network, Reader(every_network), NAMES)
        next(errand.parts)
        ours.decide(pause_subscriber, PauseSubscriber())
        assert list(errand.parts) == []
        errand.note(connection)
    every_network.close()
    assert outcomes_of(home, ours.subscriber_id) == ["not_possible"]


def test_a_stretch_never_overtakes_the_topic(ours: Subscribed, database: Database) -> None:
    ours.grant(with_history=True)
    ours.episode()
    seen = [row.position for row in ours.rows() if ours.view.sees(row)]
    by = ours.home.admit(Role.COMPLIANCE).actor_id
    ask_to_resend(ours.home.datastore, ours.now, 1, seen[-1], by=by, request_id=uuid4())
    every_network = Datastore(database.work_url, max_size=2)
    with connect(database.work_url) as connection:
        stand_at(connection, ours, seen[1])
        (errand,) = requested(connection, every_network, Reader(every_network), NAMES)
        sent = [int(dict(one.headers)["ce_position"]) for part in errand.parts for one in part]
    every_network.close()
    assert sent == seen[:2]


def test_one_request_that_cannot_be_carried_out_or_waits_for_its_topic_holds_back_nothing(
    ours: Subscribed, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours.grant(with_history=True)
    ours.episode()
    by, every_network = ours.home.admit(Role.COMPLIANCE).actor_id, Datastore(database.work_url, max_size=2)
    ask_to_resend(ours.home.datastore, ours.now, 1, 1_000, by=by, request_id=uuid4())
    sent, told = Sent(), list[str]()
    missing = Errand("not there", iter([[Message("not there", b"", b"")]]), lambda _: told.append("not there"))
    erased = Errand(NAMES.state, iter([[Message(NAMES.state, b"gone", None)]]), lambda _: told.append("erased"))

    def errands(connection: Connection[Any]) -> list[Errand]:
        return [missing, *requested(connection, every_network, Reader(every_network), NAMES), erased]

    def cannot_say(*_: object) -> dict[str, Any]:
        raise ValueError

    monkeypatch.setattr(View, "item", cannot_say)
    outlets = (SubscriberOutlet(NAMES.of_subscriber(ours.subscriber_id), ours.now), StateOutlet(NAMES.state))
    with connect(database.work_url) as connection, open_log(database.work_url) as source:
        stand_at(connection, ours, 1_000)
        taken = take_lease(connection, Publishing(), "a holder")
        assert taken is not None
        publisher = Publisher(connection, source, lambda _: outlets, errands, *taken)
        publisher.look(EveryTopic())  # type: ignore[arg-type]
        while publisher.publish_some(EveryTopic(), sent, lambda: None):  # type: ignore[arg-type]
            pass
    every_network.close()
    assert told == ["erased"]
    assert outcomes_of(ours.home, ours.subscriber_id) == ["not_possible"]


def test_brokers_that_never_answered_are_seen_at_every_topic(database: Database) -> None:
    with connect(database.work_url) as connection, open_log(database.work_url) as source:
        taken = take_lease(connection, Publishing(), "a holder")
        assert taken is not None
        outlets = (EventsOutlet(NAMES.events), StateOutlet(NAMES.state))
        Publisher(connection, source, lambda _: outlets, lambda _: (), *taken).note_silence("KafkaTimeoutError")
        assert {one.topic: one.failure for one in places(connection).values()} == {
            NAMES.events: "KafkaTimeoutError",
            NAMES.state: "KafkaTimeoutError",
        }


def stand_at(connection: Connection[Any], ours: Subscribed, position: int) -> None:
    """As if the subscriber's topic had come so far."""
    topic = NAMES.of_subscriber(ours.subscriber_id)
    log_id = log_id_of(connection)
    begin_place(connection, topic, subscriber_id=ours.subscriber_id, position=position, log_id=log_id)
