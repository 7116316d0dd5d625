"""Hints stand for many appends, and nothing relies on them: listeners poll, and survive a lost connection."""

import threading
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest

from store.datastore import Datastore
from store.recorder import WAKE_CHANNEL, CareRecorder
from store.wake import RETRY_SECONDS, News, Wake, wakes
from tests.postgres import Database, on_both_servers
from tests.store.writers import batch
from tests.waiting import LOOK_SECONDS, PATIENCE_SECONDS, eventually

NO_POLL_SECONDS = 10 * PATIENCE_SECONDS
"""So long that whatever comes was a hint."""
CONNECTED = "SELECT 1 FROM pg_stat_activity WHERE pid = ANY (%s)"


class Listener:
    """Counts how often it came round."""

    def __init__(self, database: Database, poll_seconds: float = NO_POLL_SECONDS) -> None:
        self.rounds = 0
        self._database = database
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, args=(poll_seconds,))
        self._thread.start()
        self.until(1)

    def _listen(self, poll_seconds: float) -> None:
        for _ in wakes(self._database.work_url, self._stopping, poll_seconds=poll_seconds):
            self.rounds += 1

    def until(self, rounds: int) -> None:
        """Wait until it came round so often."""
        eventually(lambda: self.rounds >= rounds)

    def stop(self) -> None:
        self._stopping.set()
        with psycopg.connect(self._database.work_url, autocommit=True) as connection:
            connection.execute(f"NOTIFY {WAKE_CHANNEL}".encode())
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()


@pytest.fixture
def datastore(database: Database) -> Iterator[Datastore]:
    opened = Datastore(database.app_url)
    yield opened
    opened.close()


@on_both_servers
def test_listeners_hear_of_an_append_long_before_they_would_poll(database: Database, datastore: Datastore) -> None:
    listener = Listener(database)
    with Wake(database.app_url) as wake:
        recorder = CareRecorder(datastore, network_id=uuid4(), on_append=wake.signal)
        recorder.insert_events(batch(uuid4(), 0, 1))
        listener.until(2)
    listener.stop()


def test_a_burst_of_appends_is_a_handful_of_hints(database: Database) -> None:
    listener = Listener(database)
    with Wake(database.app_url) as wake:
        for position in range(1, 2001):
            wake.signal(position)
        listener.until(2)
        time.sleep(0.1)
    assert listener.rounds < 200, "a handful where nothing else runs; a tenth where this loop was left waiting"
    listener.stop()


def cut(database: Database, name: str) -> None:
    """End the connections of that name from the server's side."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid), pid FROM pg_stat_activity"
            " WHERE application_name = %s AND datname = current_database()",
            [name],
        ).fetchall()
        assert ended
        pids = [pid for _, pid in ended]
        eventually(lambda: not connection.execute(CONNECTED, [pids]).fetchall())


def test_listeners_poll_and_survive_a_lost_connection(database: Database) -> None:
    listener = Listener(database, poll_seconds=0.05)
    listener.until(3)
    cut(database, "throughline listen")
    listener.until(listener.rounds + 5)
    listener.stop()


def test_a_lost_connection_does_not_stop_the_hints(database: Database) -> None:
    listener = Listener(database)
    with Wake(database.app_url) as wake:
        wake.signal(1)
        listener.until(2)
        cut(database, "throughline wake")
        wake.signal(2)  # lost with its connection
        time.sleep(RETRY_SECONDS)
        assert listener.rounds == 2

        def is_heard() -> bool:
            wake.signal(3)  # the next append says it again
            return listener.rounds > 2

        eventually(is_heard)
    listener.stop()


def test_all_tasks_of_a_process_hear_through_one_connection(database: Database) -> None:
    news, stopping, heard = News(database.work_url), threading.Event(), [0, 0, 0]

    def task(number: int, wait: Callable[[float], None]) -> None:
        while not stopping.is_set():
            wait(NO_POLL_SECONDS)
            heard[number] += 1

    threads = [threading.Thread(target=task, args=(number, news.wait())) for number in range(3)]
    threads.append(threading.Thread(target=news.listen, args=(stopping,)))
    for thread in threads:
        thread.start()
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        eventually(lambda: min(heard) >= 1)
        before = max(heard)
        connection.execute(f"NOTIFY {WAKE_CHANNEL}".encode())
        eventually(lambda: min(heard) > before)
        listening = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()"
        assert connection.execute(listening, ["throughline listen"]).fetchone() == (1,)
        stopping.set()
        while any(thread.is_alive() for thread in threads):
            connection.execute(f"NOTIFY {WAKE_CHANNEL}".encode())
            time.sleep(LOOK_SECONDS)
