"""The relay publishes the log to a real broker: all of it, in order, and nothing under a topic made anew."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import pytest
from kafka.admin import KafkaAdminClient
from psycopg import Connection

from deploy.read_models import open_log
from domain.actor import Role
from projections.engine.lease import LeaseWasLost, take_lease
from store.feed import log_id_of
from store.publishing import Parked, send_again_from
from store.row import Row
from tests.postgres import Database
from tests.store.house import House
from tests.waiting import eventually
from tests.workers.kafka.published import (
    all_of,
    create,
    create_internal,
    has_arrived,
    places_in,
    publishing,
    rows_in,
    running,
    stored_rows,
)
from workers.kafka.brokers import Brokers
from workers.kafka.internal import partition_of
from workers.kafka.names import TopicNames
from workers.kafka.outlets import EventsOutlet, StateOutlet
from workers.kafka.producer import Message, Producer
from workers.kafka.publisher import Publisher
from workers.kafka.topics import Admin
from workers.publish import Publishing, Relay
from workers.shift import connect


@pytest.fixture
def names(brokers: Brokers) -> TopicNames:
    """Topics of this test's own."""
    own = TopicNames(f"t{uuid4().hex[:12]}")
    create_internal(brokers, own)
    return own


def by_stream(rows: Iterable[Row]) -> dict[UUID, list[int]]:
    found = defaultdict(list)
    for row in rows:
        found[row.stream_id].append(row.version)
    return dict(found)


def state_of(brokers: Brokers, names: TopicNames) -> dict[str, dict[str, Any] | None]:
    """What compaction leaves of the state topic."""
    return {
        (one.key or b"").decode(): None if one.value is None else orjson.loads(one.value)
        for one in all_of(brokers, names.state)
    }


def test_everything_arrives_once_and_in_order(
    home: House, database: Database, brokers: Brokers, names: TopicNames
) -> None:
    therapist = home.admit(Role.THERAPIST)
    with publishing(brokers, names, database):
        home.refer(uuid4(), home.register(), by=therapist)
        for _ in range(5):
            home.record_licence(therapist.actor_id)
        eventually(lambda: has_arrived(database, names.events, names.state))
    stored = stored_rows(database)
    received = rows_in(all_of(brokers, names.events))
    assert sorted(received) == list(stored)
    assert by_stream(received) == by_stream(stored)
    last = {str(row.stream_id): str(row.event_id) for row in stored}
    assert {key: state and state["id"] for key, state in state_of(brokers, names).items()} == last


def test_an_erased_person_leaves_the_state_topic_for_good(
    home: House, database: Database, brokers: Brokers, names: TopicNames
) -> None:
    therapist, patient_id, episode_id = home.admit(Role.THERAPIST), home.register(), uuid4()
    home.refer(episode_id, patient_id, by=therapist)
    gone = {str(patient_id), str(episode_id)}
    with publishing(brokers, names, database):
        eventually(lambda: has_arrived(database, names.state))
        assert all(state_of(brokers, names)[key] for key in gone)
        erase(database, patient_id)
        eventually(lambda: not any(state_of(brokers, names)[key] for key in gone))
        kept = {key for key, state in state_of(brokers, names).items() if state}
        assert kept == {str(row.stream_id) for row in stored_rows(database)} - gone
        send_again(database, names.state)
        eventually(lambda: has_arrived(database, names.state))
    assert {key for key, state in state_of(brokers, names).items() if state} == kept


def test_a_topic_made_anew_is_parked_until_somebody_says_from_where(
    home: House, database: Database, brokers: Brokers, names: TopicNames
) -> None:
    with publishing(brokers, names, database):
        eventually(lambda: has_arrived(database, names.events, names.state))
    with Admin(brokers) as admin:
        admin.delete(names.events)
    create_internal(brokers, names)
    therapist = home.admit(Role.THERAPIST)
    with publishing(brokers, names, database):
        eventually(lambda: has_arrived(database, names.state))
        place = places_in(database)[names.events]
        assert place.parked == Parked.TOPIC_WAS_MADE_ANEW
        assert place.trouble is not None
        assert place.trouble.startswith(f"{names.events} is parked: topic_was_made_anew; read models")
        assert all_of(brokers, names.events) == []
        send_again(database, names.events)
        home.record_licence(therapist.actor_id)
        eventually(lambda: has_arrived(database, names.events, names.state))
    assert sorted(rows_in(all_of(brokers, names.events))) == list(stored_rows(database))


def test_a_restored_log_is_not_mixed_with_what_was_sent_before(
    home: House, database: Database, brokers: Brokers, names: TopicNames
) -> None:
    with publishing(brokers, names, database):
        eventually(lambda: has_arrived(database, names.events, names.state))
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("UPDATE log_identity SET log_id = gen_random_uuid()")
    before = len(all_of(brokers, names.events))
    home.admit(Role.THERAPIST)
    with publishing(brokers, names, database):
        eventually(lambda: {place.parked for place in places_in(database).values()} == {Parked.LOG_WAS_RESTORED})
    assert len(all_of(brokers, names.events)) == before


def erase(database: Database, person_id: UUID) -> None:
    with psycopg.connect(database.work_url) as connection:
        connection.execute(
            "UPDATE data_keys SET wrapped = NULL, kek_id = NULL, destroyed_at = clock_timestamp() WHERE person_id = %s",
            [person_id],
        )


def send_again(database: Database, topic: str) -> None:
    """Everything, from the beginning of the log."""
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        send_again_from(connection, topic, position=0, log_id=log_id_of(connection))


def test_a_relay_that_stood_still_sends_nothing_after_its_successor(
    home: House, database: Database, brokers: Brokers, names: TopicNames
) -> None:
    """Least of all the state of a stream as it was then: it would stand in the topic as the last one."""
    home.register()
    with connect(database.work_url) as connection, open_log(database.work_url) as log:
        taken = take_lease(connection, Publishing(), "the one that stands still")
        assert taken is not None
        outlets = (StandsStill(names.state), StandsStill(names.events))
        publisher = Publisher(connection, log, lambda _: outlets, lambda _: (), *taken)
        with Admin(brokers) as admin, Producer(brokers) as producer:
            publisher.look(admin)
            with pytest.raises(LeaseWasLost):
                publisher.publish_some(admin, producer, publisher.beat)
    assert all_of(brokers, names.state) == all_of(brokers, names.events) == []


def test_a_relay_that_stood_still_with_a_batch_in_hand_has_the_last_states_sent_once_more(
    home: House, database: Database, brokers: Brokers, names: TopicNames
) -> None:
    """Where the state goes that was taken out since, too: what comes late would stand for good."""
    patient_id = home.register()
    outlets = (StateOutlet(names.state),)
    with (
        connect(database.work_url) as connection, connect(database.work_url) as another,
        open_log(database.work_url) as log, Admin(brokers) as admin, Producer(brokers) as producer,
    ):  # fmt: skip
        taken = take_lease(connection, Publishing(), "the one that stands still")
        assert taken is not None
        late = Publisher(connection, log, lambda _: outlets, lambda _: (), *taken)
        late.look(admin)
        successors: list[Publisher] = []

        def stand_still() -> None:
            if successors:
                return
            another.execute("UPDATE read_models.checkpoint SET leased_until = '-infinity'")
            taken = take_lease(another, Publishing(), "its successor")
            assert taken is not None
            home.admit(Role.THERAPIST)
            erase(database, patient_id)
            successors.append(Publisher(another, log, lambda _: outlets, lambda _: (), *taken))
            publish_all(successors[0], admin, brokers)

        with pytest.raises(LeaseWasLost):
            late.publish_some(admin, producer, stand_still)
        assert state_of(brokers, names)[str(patient_id)], "it came after the successor's"
        late.make_good()
        publish_all(successors[0], admin, brokers)
    stored = stored_rows(database)
    last = {str(row.stream_id): str(row.event_id) for row in stored if row.stream_id != patient_id}
    assert {key: state["id"] for key, state in state_of(brokers, names).items() if state} == last


def publish_all(publisher: Publisher, admin: Admin, brokers: Brokers) -> None:
    """As a session of the relay does, until nothing is left."""
    publisher.look(admin)
    with Producer(brokers) as producer:
        while publisher.publish_some(admin, producer, publisher.beat):
            pass


class StandsStill(EventsOutlet):
    """After a page was put into words, for so long that another takes the lease."""

    def messages(self, connection: Connection[Any], rows: Sequence[Row], log_id: UUID) -> list[Message]:
        connection.execute("UPDATE read_models.checkpoint SET leased_until = '-infinity' WHERE read_model = 'publish'")
        take_lease(connection, Publishing(), "its successor")
        return super().messages(connection, rows, log_id)


def test_a_topic_that_is_given_more_partitions_is_parked_unless_its_readers_put_streams_together(
    home: House, database: Database, brokers: Brokers, names: TopicNames
) -> None:
    therapist = home.admit(Role.THERAPIST)
    with publishing(brokers, names, database):
        eventually(lambda: has_arrived(database, names.events, names.state))
        before = len(all_of(brokers, names.events))
        grow(brokers, names.events, 7)
        grow(brokers, names.state, 2)
        for _ in range(5):
            home.record_licence(therapist.actor_id)
            home.register()
        eventually(lambda: has_arrived(database, names.events))
        eventually(lambda: places_in(database)[names.state].parked == Parked.TOPIC_HAS_OTHER_PARTITIONS)
    received = all_of(brokers, names.events)
    assert sorted(rows_in(received)) == list(stored_rows(database))
    later = [(row, one.partition.number) for row, one in zip(rows_in(received), received, strict=True)]
    later = sorted(later)[before:]
    assert [number for _, number in later] == [partition_of(row.stream_id, 7) for row, _ in later]
    assert {one.partition.number for one in all_of(brokers, names.state)} == {0}


def grow(brokers: Brokers, topic: str, partitions: int) -> None:
    """As an administrator may."""
    client = KafkaAdminClient(**brokers.options)
    client.create_partitions({topic: partitions})
    client.close()


def test_a_topic_that_fails_or_is_missing_holds_back_no_other(
    home: House, database: Database, brokers: Brokers, names: TopicNames
) -> None:
    home.register()
    url, failing, missing = database.work_url, f"{names.prefix}.failing", f"{names.prefix}.missing"
    create(brokers, failing)
    outlets = (CannotSay(failing), EventsOutlet(missing), EventsOutlet(names.events))
    relay = Relay(url, partial(open_log, url), brokers, lambda _: outlets, lambda _: (), look_seconds=0.2)
    with running(relay):
        eventually(lambda: has_arrived(database, names.events))
        eventually(lambda: failures_in(database) == {failing: "ValueError", missing: "TopicIsMissing"})
        create(brokers, missing)
        eventually(lambda: has_arrived(database, missing))
    assert failures_in(database) == {failing: "ValueError"}
    assert places_in(database)[failing].position == 0
    assert rows_in(all_of(brokers, missing)) == list(stored_rows(database)), "in a topic of one part"


class CannotSay(EventsOutlet):
    """A topic for which an event cannot be put into words."""

    def messages(self, *_: object) -> list[Message]:
        raise ValueError


def failures_in(database: Database) -> dict[str, str]:
    return {place.topic: place.failure for place in places_in(database).values() if place.failure is not None}
