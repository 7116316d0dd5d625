"""The relay is killed and its broker killed, frozen and robbed of a topic: nothing is missing, each stream in order."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from multiprocessing.connection import Connection
from uuid import uuid4

import psycopg
import pytest

import workers.publish
from store.feed import log_id_of
from store.publishing import Parked, send_again_from
from tests.broker import Broker
from tests.kafka import broker_or_skip
from tests.postgres import Database
from tests.waiting import eventually
from tests.workers.kafka.invented import InventedLog, repetitions_in
from tests.workers.kafka.published import all_of, create_internal, places_in, running
from workers.kafka.brokers import Brokers
from workers.kafka.names import TopicNames
from workers.kafka.outlets import EventsOutlet, StateOutlet
from workers.kafka.producer import Producer
from workers.kafka.topics import Admin
from workers.publish import Relay

pytestmark = pytest.mark.faults
forked = multiprocessing.get_context("fork")
DELIVERY_SECONDS = 5.0
PAGE = 20


@pytest.fixture(scope="module")
def breakable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that nobody else needs."""
    broker = broker_or_skip(tmp_path_factory.mktemp("kafka"))
    yield broker
    broker.thaw()
    broker.stop()


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> Iterator[None]:
    """However often sessions failed: threads and sockets would add up while a cluster is down."""
    yield
    eventually(lambda: not [thread.name for thread in threading.enumerate() if "kafka" in thread.name])


@pytest.fixture
def names(breakable: Broker) -> TopicNames:
    own = TopicNames(f"t{uuid4().hex[:12]}")
    create_internal(Brokers(breakable.bootstrap), own)
    return own


def relay(broker: Broker, names: TopicNames, database: Database, log: InventedLog, page: int = PAGE) -> Relay:
    return Relay(
        database.work_url, lambda: nullcontext(log), Brokers(broker.bootstrap),
        lambda connection: (EventsOutlet(names.events), StateOutlet(names.state)), lambda connection: (),
        page=page, delivery_seconds=DELIVERY_SECONDS, look_seconds=0.5,
    )  # fmt: skip


def has_all(database: Database, names: TopicNames, log: InventedLog) -> bool:
    place = places_in(database).get(names.events)
    return place is not None and place.position == log.head()


def test_a_relay_killed_between_arrival_and_checkpoint_leaves_no_hole(
    breakable: Broker, names: TopicNames, database: Database, crash_rounds: int
) -> None:
    log = InventedLog(2 * PAGE * crash_rounds + PAGE)
    for round_ in range(crash_rounds):
        kill_after_arrival(relay(breakable, names, database, log), pages=1 + round_ % 3)
        give_lease_back(database)
    reached = places_in(database)[names.events].position
    assert reached < log.head(), "the last kill came too late to tell anything"
    with running(relay(breakable, names, database, log)):
        eventually(lambda: has_all(database, names, log))
    repeated = repetitions_in(all_of(Brokers(breakable.bootstrap), names.events), log)
    assert repeated == PAGE * crash_rounds, "each kill leaves one page to be sent again"


def test_a_broker_that_is_killed_and_comes_back_has_everything(
    breakable: Broker, names: TopicNames, database: Database
) -> None:
    log = InventedLog(500)
    with running(relay(breakable, names, database, log)):
        eventually(lambda: has_all(database, names, log))
        breakable.kill()
        log.grow(500)
        eventually(lambda: places_in(database)[names.events].failure is not None)
        breakable.start()
        log.grow(500)
        eventually(lambda: has_all(database, names, log))
    assert places_in(database)[names.events].failure is None
    repetitions_in(all_of(Brokers(breakable.bootstrap), names.events), log)


def test_a_broker_frozen_beyond_the_time_for_delivery_has_everything_when_it_goes_on(
    breakable: Broker, names: TopicNames, database: Database
) -> None:
    log = InventedLog(500)
    with running(relay(breakable, names, database, log)):
        eventually(lambda: has_all(database, names, log))
        breakable.freeze()
        log.grow(500)
        eventually(lambda: places_in(database)[names.events].failure is not None)
        log.grow(500)
        time.sleep(DELIVERY_SECONDS)
        breakable.thaw()
        eventually(lambda: has_all(database, names, log))
    repetitions_in(all_of(Brokers(breakable.bootstrap), names.events), log)


def test_a_topic_made_anew_under_a_running_relay_stops_it_loudly_and_is_filled_again(
    breakable: Broker, names: TopicNames, database: Database
) -> None:
    log = InventedLog(500)
    with running(relay(breakable, names, database, log)):
        eventually(lambda: has_all(database, names, log))
        with Admin(Brokers(breakable.bootstrap)) as admin:
            admin.delete(names.events)
            create_internal(Brokers(breakable.bootstrap), names)
        log.grow(500)
        eventually(lambda: places_in(database)[names.events].parked == Parked.TOPIC_WAS_MADE_ANEW)
        eventually(lambda: places_in(database)[names.state].position == log.head())
        assert all_of(Brokers(breakable.bootstrap), names.events) == [], "nothing before what it builds on"
        with psycopg.connect(database.work_url, autocommit=True) as connection:
            send_again_from(connection, names.events, position=0, log_id=log_id_of(connection))
        eventually(lambda: has_all(database, names, log))
    repetitions_in(all_of(Brokers(breakable.bootstrap), names.events), log)


def kill_after_arrival(to_kill: Relay, pages: int) -> None:
    """Let it publish in a process of its own and kill that when so many pages arrived and the last is not noted."""
    ours, theirs = forked.Pipe(duplex=False)
    process = forked.Process(target=publish_and_hold, args=(to_kill, pages, theirs))
    process.start()
    assert ours.poll(60), "nothing arrived"
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()


def publish_and_hold(to_kill: Relay, pages: int, arrived: Connection) -> None:
    class Holding(Producer):
        sent = 0

        def send_all(self, messages: object, while_waiting: object = None) -> None:
            super().send_all(messages)  # type: ignore[arg-type]
            Holding.sent += 1
            if Holding.sent == pages:
                arrived.send(True)
                threading.Event().wait()

    setattr(workers.publish, "Producer", Holding)  # noqa: B010 in this process, which ends with it
    to_kill.run(threading.Event())


def give_lease_back(database: Database) -> None:
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        connection.execute("UPDATE read_models.checkpoint SET leased_until = '-infinity'")
