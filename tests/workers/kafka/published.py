"""What the tests of the relay work with: topics of their own on a broker, a relay, and what came out of a topic."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Unpack

import psycopg

from deploy.kafka.wiring import relay_of
from deploy.read_models import open_log
from store.datastore import Datastore
from store.publishing import Place, places
from store.row import Row
from tests.postgres import Database
from tests.store.subscribed import ADDRESS
from tests.waiting import PATIENCE_SECONDS
from workers.kafka.brokers import Brokers
from workers.kafka.consumer import Consumer, Received
from workers.kafka.internal import row_of
from workers.kafka.names import TopicNames
from workers.kafka.topics import Admin, Topic
from workers.publish import Pace, Relay


def create_internal(brokers: Brokers, names: TopicNames, partitions: int = 3) -> None:
    """The two internal topics."""
    with Admin(brokers) as admin:
        admin.create([Topic(names.events, partitions), Topic(names.state, 1, settings={"cleanup.policy": "compact"})])


def create(brokers: Brokers, topic: str, partitions: int = 1) -> None:
    """One topic, as a cluster has it."""
    with Admin(brokers) as admin:
        admin.create([Topic(topic, partitions)])


@contextmanager
def publishing(brokers: Brokers, names: TopicNames, database: Database, **pace: Unpack[Pace]) -> Iterator[None]:
    """The relay as `throughline work publish` runs it, on a thread."""
    quick: Pace = {"look_seconds": 0.2, **pace}
    every_network = Datastore(database.work_url, max_size=2)
    try:
        with running(relay_of(database.work_url, brokers, names, every_network, ADDRESS, **quick)):
            yield
    finally:
        every_network.close()


@contextmanager
def running(relay: Relay) -> Iterator[None]:
    """The relay on a thread, until the block ends."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            relay.run(stop)
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
    if failures:
        raise failures[0]


def places_in(database: Database) -> dict[str, Place]:
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        return places(connection)


def stored_rows(database: Database) -> Sequence[Row]:
    """The whole log."""
    with open_log(database.work_url) as log:
        return log.rows(0, 1_000_000)


def all_of(brokers: Brokers, topic: str) -> list[Received]:
    """Everything a topic holds now, in order per partition."""
    with Consumer(brokers) as consumer:
        consumer.read(topic)
        ends, received = consumer.ends(), list[Received]()
        while any(consumer.positions()[one] < end for one, end in ends.items()):
            received += consumer.poll(1)
        return received


def rows_in(received: Sequence[Received]) -> list[Row]:
    return [row_of(one.value, one.headers) for one in received if one.value is not None]


def has_arrived(database: Database, *topics: str) -> bool:
    """Whether these topics have everything."""
    head = stored_rows(database)[-1].position
    found = places_in(database)
    return all(topic in found and found[topic].position >= head for topic in topics)
