"""Whoever waits for the database waits for so long and no longer, and nothing is recorded twice by that."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from eventsourcing.persistence import OperationalError
from psycopg.conninfo import make_conninfo

import store.connections
from domain.actor import Role
from domain.clinician.clinician import CLINICIAN
from domain.clinician.record_licence import record_licence
from store import patience
from tests.postgres import Database
from tests.store.house import House, house
from tests.store.proxy import Freezes
from tests.waiting import PATIENCE_SECONDS, eventually

T = TypeVar("T")


@pytest.fixture
def way(database: Database) -> Iterator[Freezes]:
    with Freezes(database.server.socket_dir / ".s.PGSQL.5432") as opened:
        yield opened


@pytest.fixture
def home(database: Database, way: Freezes) -> Iterator[House]:
    """A house whose way to the database can be cut."""
    with house(make_conninfo(database.app_url, host="127.0.0.1", port=way.port), max_size=2) as opened:
        yield opened
        way.thaw()


def with_patience(seconds: float, ask: Callable[[], T]) -> T:
    """Its answer, asked by somebody who waits for so long."""

    def asking() -> T:
        patience.begin(seconds)
        return ask()

    somebody = ThreadPoolExecutor(1)
    try:
        return somebody.submit(asking).result(PATIENCE_SECONDS)
    finally:
        somebody.shutdown(wait=False)


def count_of_events(home: House) -> int:
    with home.datastore.in_network(home.network_id) as connection:
        return int(connection.execute("SELECT count(*) FROM events").fetchall()[0][0])


def test_who_reads_from_a_server_that_does_not_answer_is_told_so(home: House, way: Freezes) -> None:
    count_of_events(home)
    way.freeze()
    with pytest.raises(Exception, match="lost"):
        with_patience(0.2, lambda: count_of_events(home))
    way.thaw()
    assert count_of_events(home)


def test_nobody_whose_patience_has_ended_is_given_a_connection(home: House) -> None:
    with pytest.raises(OperationalError):
        with_patience(-1, home.datastore.take)
    assert with_patience(PATIENCE_SECONDS, lambda: count_of_events(home))


def test_a_connection_that_was_given_back_is_not_cut_when_it_is_anothers(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_patience(PATIENCE_SECONDS, lambda: count_of_events(home))
    pool: Any = home.datastore.pool
    with home.datastore.get_connection() as connection:
        monkeypatch.setattr(store.connections, "monotonic", lambda: time.monotonic() + 2 * PATIENCE_SECONDS)
        pool.cut_overdue()
        assert connection.execute("SELECT 1").fetchone()


def test_what_was_sent_before_patience_ended_is_recorded_once(home: House, way: Freezes) -> None:
    clinician, order = home.admit(Role.THERAPIST), home.licence_order()
    command = home.command(order)

    def decide() -> bool:
        return home.care.decide(CLINICIAN, clinician.actor_id, record_licence, order, command=command).repeated

    before = count_of_events(home)
    way.freeze()
    with pytest.raises(OperationalError):
        with_patience(0.2, decide)
    way.thaw()
    eventually(lambda: count_of_events(home) == before + 1, lambda: "what the server had been sent")
    assert with_patience(PATIENCE_SECONDS, decide), "under its key it is known"
    assert count_of_events(home) == before + 1
