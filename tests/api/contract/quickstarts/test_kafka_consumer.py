"""The Kafka consumer to start from, on a real broker behind the relay: killed, repeated, with a gap that is filled."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient

from domain.actor import Role
from domain.subscriber.subscriber import Way
from store.subscriber_requests import ask_for_test, ask_to_resend
from tests.api.contract.quickstarts.program import Program, kept_in, missing_in, started
from tests.broker import Broker
from tests.postgres import Database
from tests.store.house import house
from tests.store.subscribed import Subscribed
from tests.waiting import eventually
from tests.workers.kafka.published import create, has_arrived, publishing
from workers.kafka.brokers import Brokers
from workers.kafka.names import TopicNames


class Follower:
    """A subscriber whose topic the relay writes, and the program that reads it."""

    def __init__(self, subscribed: Subscribed, broker: Broker, names: TopicNames, folder: Path) -> None:
        self.subscribed, self.broker, self.folder = subscribed, broker, folder
        self.topic = names.of_subscriber(subscribed.subscriber_id)

    @property
    def seen(self) -> list[int]:
        """The positions of its view."""
        return [row.position for row in self.subscribed.rows() if self.subscribed.view.sees(row)]

    @contextmanager
    def running(self) -> Iterator[Program]:
        settings = {"BOOTSTRAP": self.broker.bootstrap, "TOPIC": self.topic}
        with started("kafka_consumer.py", self.folder, **settings) as program:
            yield program

    def lose_before(self, offset: int) -> None:
        """The topic no longer holds what is before this place, as when it was kept too short."""
        admin = KafkaAdminClient(bootstrap_servers=self.broker.bootstrap)
        admin.delete_records({TopicPartition(self.topic, 0): offset})
        admin.close()


@pytest.fixture
def follower(database: Database, broker: Broker, tmp_path: Path) -> Iterator[Follower]:
    names = TopicNames(f"t{uuid4().hex[:12]}")
    with house(database.app_url) as home:
        one = Follower(Subscribed(home, Way.KAFKA), broker, names, tmp_path)
        create(Brokers(broker.bootstrap), one.topic)
        one.subscribed.grant(with_history=True, is_full=True)
        one.subscribed.episode()
        with publishing(Brokers(broker.bootstrap), names, database):
            eventually(lambda: has_arrived(database, one.topic))
            yield one


def test_it_keeps_every_event_once_through_kills_a_gap_and_repetitions(follower: Follower) -> None:
    seen = follower.seen
    follower.lose_before(2)
    with follower.running() as program:
        program.says(f"new {seen[-1]}")
        program.says("missing")
        program.kill()
    assert kept_in(follower.folder) == seen[2:]
    assert missing_in(follower.folder) == [seen[1]]
    follower.subscribed.episode()
    with follower.running() as program:
        program.says(f"new {follower.seen[-1]}")
        assert not [line for line in program.said if line.startswith("again")], "it went on where it was"
        program.kill()
    follower.subscribed.episode()
    by = follower.subscribed.home.admit(Role.COMPLIANCE).actor_id
    datastore, subscriber = follower.subscribed.home.datastore, follower.subscribed.now
    ask_to_resend(datastore, subscriber, seen[0], seen[-1], by=by, request_id=uuid4())
    with follower.running() as program:
        program.says(f"new {follower.seen[-1]}")
        program.says(f"again {seen[-1]}")
        ask_for_test(datastore, subscriber, "PlanIssued", by=by, request_id=uuid4())
        program.says("again trial")
    assert sorted(kept_in(follower.folder)) == follower.seen
    assert missing_in(follower.folder) == []


def test_it_ends_where_there_is_no_topic(broker: Broker, tmp_path: Path) -> None:
    with started("kafka_consumer.py", tmp_path, BOOTSTRAP=broker.bootstrap, TOPIC="t.subscriber.nobody.v1") as program:
        assert program.ends() == 1
        program.kill()
    assert program.said[-1].startswith("There is no topic t.subscriber.nobody.v1")
