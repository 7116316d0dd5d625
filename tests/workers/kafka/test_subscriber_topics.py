"""A subscriber's topic holds its view and nothing else, and every batch was written down."""

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from structlog.testing import capture_logs

import workers.kafka.rest
from deploy.failures import CannotGoOn
from deploy.kafka.publish_again import publish_again
from domain.actor import Role
from domain.subscriber.pause_subscriber import PauseSubscriber, pause_subscriber
from domain.subscriber.resume_subscriber import ResumeSubscriber, resume_subscriber
from domain.subscriber.subscriber import Purpose, Way
from domain.subscriber.withdraw_grant import WithdrawGrant, withdraw_grant
from store.disclosures import Disclosure, disclosures, last_disclosed
from store.feed import log_id_of
from store.publishing import Parked
from store.subscriber_requests import ask_for_test, ask_to_resend
from tests.postgres import Database
from tests.store.house import House, house
from tests.store.requested import outcomes_of
from tests.store.subscribed import Subscribed
from tests.waiting import eventually
from tests.workers.kafka.published import (
    all_of,
    create,
    create_internal,
    has_arrived,
    places_in,
    publishing,
)
from workers.kafka.brokers import Brokers
from workers.kafka.consumer import Received
from workers.kafka.names import TopicNames
from workers.kafka.producer import Message
from workers.kafka.subscriber_topic import SubscriberOutlet
from workers.kafka.topics import Admin, Topic
from workers.shift import connect

SEALED = (b"Canary", b"Low mood", b"Robin", b"T-4711", b"example.org")
"""Words that `House` and `Subscribed` seal: a name, a reason, a display name, a licence number, an address."""


class Following:
    """A Kafka subscriber and its topic."""

    def __init__(self, home: House, brokers: Brokers, names: TopicNames) -> None:
        self.subscribed = Subscribed(home, Way.KAFKA)
        self.topic = names.of_subscriber(self.subscribed.subscriber_id)
        self._brokers = brokers
        create(brokers, self.topic)

    @property
    def received(self) -> list[Received]:
        return all_of(self._brokers, self.topic)

    @property
    def disclosed(self) -> list[Disclosure]:
        home = self.subscribed.home
        return disclosures(home.datastore, home.network_id)


@pytest.fixture
def names() -> TopicNames:
    return TopicNames(f"t{uuid4().hex[:12]}")


@pytest.fixture
def following(home: House, brokers: Brokers, names: TopicNames) -> Following:
    return Following(home, brokers, names)


def positions_in(received: list[Received]) -> list[int]:
    return [int(one.headers["ce_position"]) for one in received]


def test_a_thin_topic_holds_what_is_seen_in_binary_mode_and_each_batch_was_written_down(
    following: Following, database: Database, brokers: Brokers, names: TopicNames
) -> None:
    ours = following.subscribed
    ours.episode()
    ours.grant(purpose=Purpose.PUBLIC_HEALTH)
    with house(database.app_url) as next_door, publishing(brokers, names, database):
        Subscribed(next_door).episode()
        ours.episode()
        eventually(lambda: has_arrived(database, following.topic))
    seen = [row for row in ours.rows() if ours.view.sees(row)]
    assert len(seen) >= 3
    received = following.received
    assert positions_in(received) == [row.position for row in seen], "the order of the log, in a topic of one part"
    events = [from_binary(KafkaMessage(dict(one.headers), None, one.value or b""), JSONFormat()) for one in received]
    assert [event.get_id() for event in events] == [str(row.event_id) for row in seen]
    items = [ours.view.item(row, None) for row in seen]
    assert [event.get_data() for event in events] == [item["data"] for item in items]
    previous = [event.get_extension("previous") for event in events]
    assert previous == [None, *(str(row.position) for row in seen[:-1])]
    assert [one.key for one in received] == [str(row.stream_id).encode() for row in seen]
    assert not any(b"Canary" in (one.value or b"") for one in received)
    written = following.disclosed
    assert all(one.arrived_at for one in written)
    assert sum(one.event_count for one in written) == len(seen)
    assert {(one.way, one.purpose, one.is_full) for one in written} == {(Way.KAFKA, "public_health", False)}
    assert {position for one in written for position in (one.first_position, one.last_position)} <= {
        row.position for row in seen
    }


def test_a_full_topic_carries_open_fields_and_no_topic_a_word_that_is_sealed(
    following: Following, database: Database, brokers: Brokers, names: TopicNames
) -> None:
    create_internal(brokers, names)
    following.subscribed.grant(is_full=True, with_history=True)
    following.subscribed.episode()
    with publishing(brokers, names, database):
        eventually(lambda: has_arrived(database, following.topic, names.events, names.state))
    referred = next(one for one in following.received if b".PatientReferred." in one.headers["ce_type"])
    assert orjson.loads(referred.value or b"")["diagnoses"] == ["F33.2"]
    assert {one.is_full for one in following.disclosed} == {True}
    for topic in (following.topic, names.events, names.state):
        sent = [*all_of(brokers, topic)]
        assert sent
        said = b" ".join(part for one in sent for part in (one.key, one.value, *one.headers.values()) if part)
        assert not [word for word in SEALED if word in said]


def test_nothing_leaves_after_a_grant_was_withdrawn_or_while_the_subscriber_is_paused(
    following: Following, database: Database, brokers: Brokers, names: TopicNames
) -> None:
    create_internal(brokers, names)
    ours = following.subscribed
    ours.grant(stored_names=("PatientReferred",), with_history=True)
    with publishing(brokers, names, database):
        ours.episode()
        eventually(lambda: has_arrived(database, following.topic))
        ours.decide(pause_subscriber, PauseSubscriber())
        ours.episode()
        eventually(lambda: has_arrived(database, names.events))
        assert len(following.received) == 1
        ours.decide(resume_subscriber, ResumeSubscriber())
        eventually(lambda: len(following.received) == 2)
        assert places_in(database)[following.topic].is_served
        ours.decide(withdraw_grant, WithdrawGrant())
        ours.episode()
        eventually(lambda: has_arrived(database, names.events))
        eventually(lambda: not places_in(database)[following.topic].is_served)
    assert len(following.received) == 2


def test_a_stretch_is_sent_once_more_and_a_test_event_says_that_it_is_one(
    following: Following, database: Database, brokers: Brokers, names: TopicNames
) -> None:
    ours, home = following.subscribed, following.subscribed.home
    ours.grant(with_history=True)
    ours.episode()
    asked = {"by": home.admit(Role.COMPLIANCE).actor_id}
    with publishing(brokers, names, database):
        eventually(lambda: has_arrived(database, following.topic))
        before = positions_in(following.received)
        ask_to_resend(home.datastore, ours.now, before[1], before[3], **asked, request_id=uuid4())
        eventually(lambda: outcomes(ours) == ["done"])
        assert positions_in(following.received) == [*before, *before[1:4]]
        assert len({one.headers["ce_id"] for one in following.received}) == len(before)
        trial = uuid4()
        ask_for_test(home.datastore, ours.now, "PlanIssued", **asked, request_id=trial)
        eventually(lambda: outcomes(ours) == ["done", "done"])
    last = following.received[-1]
    assert (last.headers["ce_id"], last.headers["ce_test"]) == (str(trial).encode(), b"true")
    assert "ce_position" not in last.headers
    assert sum(one.event_count for one in following.disclosed) == len(before) + 3
    assert all(one.arrived_at for one in following.disclosed), "what was asked for, too"


def test_what_the_brokers_refuse_is_one_disclosure_that_has_not_arrived_until_they_take_it(
    following: Following, database: Database, brokers: Brokers, names: TopicNames, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers.kafka.rest, "SHORTEST_SECONDS", 0.01)
    monkeypatch.setattr(workers.kafka.rest, "LONGEST_SECONDS", 0.1)
    messages = SubscriberOutlet.messages
    tries: list[UUID] = []

    def counted(outlet: SubscriberOutlet, *about: Any) -> list[Message]:
        tries.append(uuid4())
        return messages(outlet, *about)

    monkeypatch.setattr(SubscriberOutlet, "messages", counted)
    ours = following.subscribed
    ours.grant(with_history=True)
    ours.episode()
    with Admin(brokers) as admin:
        admin.correct([Topic(following.topic, settings={"max.message.bytes": "64"})])
    with publishing(brokers, names, database):
        eventually(lambda: len(tries) >= 8)
        assert places_in(database)[following.topic].failure == "MessageSizeTooLargeError"
        (refused,) = following.disclosed
        assert refused.has_not_arrived
        with ours.home.datastore.in_network(ours.home.network_id) as connection:
            assert last_disclosed(connection, ours.subscriber_id) == 0
        with Admin(brokers) as admin:
            admin.correct([Topic(following.topic, settings={"max.message.bytes": "1048588"})])
        eventually(lambda: has_arrived(database, following.topic))
    (arrived,) = following.disclosed
    assert arrived.disclosure_id == refused.disclosure_id
    assert arrived.event_count == len(following.received) > 3
    assert arrived.arrived_at is not None
    assert arrived.arrived_at > refused.at


def test_a_topic_that_is_deleted_is_parked_by_name_and_the_others_go_on(
    following: Following, database: Database, brokers: Brokers, names: TopicNames
) -> None:
    create_internal(brokers, names)
    other = Following(following.subscribed.home, brokers, names)
    for one in (following, other):
        one.subscribed.grant(with_history=True)
    following.subscribed.episode()
    with capture_logs() as lines, publishing(brokers, names, database, delivery_seconds=2):
        eventually(lambda: has_arrived(database, following.topic, other.topic))
        with Admin(brokers) as admin:
            admin.delete(following.topic)
        following.subscribed.episode()
        eventually(lambda: has_arrived(database, names.events, names.state, other.topic))
        eventually(lambda: places_in(database)[following.topic].parked == Parked.TOPIC_WAS_DELETED)
        following.subscribed.episode()
        eventually(lambda: has_arrived(database, names.events, other.topic))
        assert [one["why"] for one in lines if one["event"] == "topic_parked"] == ["topic_was_deleted"]
        assert {one["topic"] for one in lines if "topic" in one} == {following.topic}
        assert "`throughline topics apply` makes it, and then" in (places_in(database)[following.topic].remedy or "")
        with connect(database.work_url) as connection:
            cursor = f"{log_id_of(connection)}:0"
            with pytest.raises(CannotGoOn, match="There is no such topic"):
                publish_again(connection, brokers, cursor, following.topic)
            create(brokers, following.topic)
            assert publish_again(connection, brokers, cursor, following.topic) == [following.topic]
        eventually(lambda: has_arrived(database, following.topic))
    assert positions_in(following.received) == positions_in(other.received)


def outcomes(subscribed: Subscribed) -> list[str | None]:
    return outcomes_of(subscribed.home, subscribed.subscriber_id)
