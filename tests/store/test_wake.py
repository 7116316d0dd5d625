"""Hints stand for many appends, and nothing relies on them: listeners poll, and survive a lost connection."""

import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from store.datastore import Datastore
from store.recorder import CareRecorder
from store.wake import Wake, wakes
from tests.postgres import Database, on_both_servers
from tests.store.writers import batch


class Listener:
    """Counts how often it came round."""

    def __init__(self, conninfo: str, poll_seconds: float) -> None:
        self.rounds: list[float] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, args=(conninfo, poll_seconds))
        self._thread.start()
        self.until(1)

    def _listen(self, conninfo: str, poll_seconds: float) -> None:
        for _ in wakes(conninfo, self._stopping, poll_seconds=poll_seconds):
            self.rounds.append(time.monotonic())

    def until(self, rounds: int) -> None:
        """Wait until it came round so often."""
        began = time.monotonic()
        while len(self.rounds) < rounds:
            assert time.monotonic() - began < 10, "the listener stopped coming round"
            time.sleep(0.005)

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()


@pytest.fixture
def datastore(database: Database) -> Iterator[Datastore]:
    opened = Datastore(database.app_url)
    yield opened
    opened.close()


@on_both_servers
def test_listeners_hear_of_an_append_long_before_they_would_poll(database: Database, datastore: Datastore) -> None:
    listener = Listener(database.work_url, poll_seconds=2)
    with Wake(database.app_url) as wake:
        recorder = CareRecorder(datastore, network_id=uuid4(), on_append=wake.signal)
        recorder.insert_events(batch(uuid4(), 0, 1))
        appended = time.monotonic()
        listener.until(2)
    assert listener.rounds[1] - appended < 1
    listener.stop()


def test_a_burst_of_appends_is_a_handful_of_hints(database: Database) -> None:
    listener = Listener(database.work_url, poll_seconds=2)
    with Wake(database.app_url) as wake:
        for position in range(1, 2001):
            wake.signal(position)
        listener.until(2)
        time.sleep(0.1)
    assert len(listener.rounds) < 20
    listener.stop()


def cut(database: Database, name: str) -> None:
    """End the connections of that name from the server's side."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s AND datname = %s",
            [name, database.name],
        ).fetchall()
    assert ended


def test_listeners_poll_and_survive_a_lost_connection(database: Database) -> None:
    listener = Listener(database.work_url, poll_seconds=0.05)
    listener.until(3)
    cut(database, "throughline listen")
    listener.until(len(listener.rounds) + 5)
    listener.stop()


def test_a_lost_connection_does_not_stop_the_hints(database: Database) -> None:
    listener = Listener(database.work_url, poll_seconds=2)
    with Wake(database.app_url) as wake:
        wake.signal(1)
        listener.until(2)
        cut(database, "throughline wake")
        wake.signal(2)  # lost with its connection; the next append says it again
        time.sleep(0.7)
        heard = len(listener.rounds)
        wake.signal(3)
        began = time.monotonic()
        listener.until(heard + 1)
        assert time.monotonic() - began < 1
    listener.stop()
