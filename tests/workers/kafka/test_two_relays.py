"""Two relays started by hand for one log, stopped and continued in turns: nothing is missing, each stream in order."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import nullcontext
from multiprocessing.process import BaseProcess
from uuid import uuid4

import orjson
import psycopg
import pytest

from tests.postgres import Database
from tests.waiting import eventually
from tests.workers.kafka.invented import InventedLog, repetitions_in
from tests.workers.kafka.published import all_of, create_internal, places_in
from workers.kafka.brokers import Brokers
from workers.kafka.names import TopicNames
from workers.kafka.outlets import EventsOutlet, StateOutlet
from workers.publish import Relay
from workers.supervisor import Supervisor

pytestmark = pytest.mark.faults
forked = multiprocessing.get_context("fork")
PAGE = 20
PAGES_A_ROUND = 10


@pytest.fixture
def names(brokers: Brokers) -> TopicNames:
    own = TopicNames(f"t{uuid4().hex[:12]}")
    create_internal(brokers, own)
    return own


@pytest.fixture
def relays(brokers: Brokers, names: TopicNames, database: Database, log: InventedLog) -> Iterator[list[BaseProcess]]:
    """Both running, neither knowing of the other."""
    outlets = (EventsOutlet(names.events), StateOutlet(names.state))
    relay = Relay(
        database.work_url, lambda: nullcontext(log), brokers, lambda _: outlets, lambda _: (),
        page=PAGE, look_seconds=0.5,
    )  # fmt: skip
    both: list[BaseProcess] = [forked.Process(target=supervised, args=(relay,)) for _ in range(2)]
    for one in both:
        one.start()
    yield both
    for one in both:
        os.kill(one.pid or 0, signal.SIGKILL)
        one.join()


def supervised(relay: Relay) -> None:
    """As `throughline work` runs it: begun again where the database ended its connection, as it does to one that was
    stopped in a transaction.
    """
    supervisor = Supervisor({"publish": relay.run})
    supervisor.start()
    supervisor.wait()


@pytest.fixture
def rounds(crash_rounds: int) -> int:
    """Each may wait five seconds until the database ends a transaction in which one was stopped."""
    return crash_rounds // 5


@pytest.fixture
def log(rounds: int) -> InventedLog:
    return InventedLog(PAGE * PAGES_A_ROUND * rounds)


def position(database: Database, names: TopicNames) -> int:
    place = places_in(database).get(names.events)
    return place.position if place else 0


def test_of_two_relays_each_sends_again_at_most_and_neither_leaves_anything_out(
    brokers: Brokers, names: TopicNames, database: Database, log: InventedLog, relays: list[BaseProcess],
    rounds: int,
) -> None:  # fmt: skip
    chance = random.Random(5)
    for _ in range(rounds):
        somebody_goes_on(database, names, log)
        time.sleep(chance.uniform(0, 0.05))
        stopped = chance.choice(relays)
        os.kill(stopped.pid or 0, signal.SIGSTOP)
        give_lease_back(database)
        somebody_goes_on(database, names, log)
        os.kill(stopped.pid or 0, signal.SIGCONT)
    eventually(lambda: has_all(database, names, log))
    eventually(lambda: places_in(database)[names.state].position == log.head())
    repeated = repetitions_in(all_of(brokers, names.events), log)
    assert repeated < log.head(), "else everything was sent twice"
    wanted = {str(row.stream_id): row.version for row in log.rows(0, log.head())}
    eventually(lambda: last_states(brokers, names) == wanted)


def somebody_goes_on(database: Database, names: TopicNames, log: InventedLog) -> None:
    before = position(database, names)
    eventually(lambda: position(database, names) > before or has_all(database, names, log))


def has_all(database: Database, names: TopicNames, log: InventedLog) -> bool:
    return position(database, names) == log.head()


def last_states(brokers: Brokers, names: TopicNames) -> dict[str, int]:
    """What compaction leaves: which version each stream is at."""
    return {
        (one.key or b"").decode(): int(orjson.loads(one.value or b"{}")["streamversion"])
        for one in all_of(brokers, names.state)
    }


def give_lease_back(database: Database) -> None:
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        connection.execute("UPDATE read_models.checkpoint SET leased_until = '-infinity'")
