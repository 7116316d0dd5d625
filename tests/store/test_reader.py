"""Reading the log while others write: nothing is missed, and a stopped writer holds readers up for a bounded time."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID, uuid4

import psycopg
import pytest

from store.datastore import Datastore
from store.reader import Page, Reader
from store.recorder import CareRecorder
from tests.postgres import Database, on_both_servers
from tests.store.writers import batch, open_append
from tests.waiting import eventually

PROCESSES, THREADS = 4, 6
EVENTS_A_ROUND = 1000  # 20,000 in every run, 200,000 in `make faults`
WRITERS = [sys.executable, "-m", "tests.store.writers"]
OPEN = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"
PAGE = 20_000  # large, so that the reader is always at the tail, where the danger is


@pytest.fixture
def app(database: Database) -> Iterator[Datastore]:
    datastore = Datastore(database.app_url)
    yield datastore
    datastore.close()


@pytest.fixture
def work(database: Database) -> Iterator[Datastore]:
    datastore = Datastore(database.work_url)
    yield datastore
    datastore.close()


Positions = Callable[[int], list[int]]
"""The positions that a reader is shown after one it has reached."""


def tail_under_writers(database: Database, after: Positions, events: int) -> tuple[list[int], set[int]]:
    """What a reader saw while 24 writers wrote, and what there was in the end."""
    share = events // PROCESSES // THREADS * THREADS
    writers = [
        subprocess.Popen(
            [*WRITERS, database.app_url, str(uuid4()), str(THREADS), str(share), str(n)],
        )
        for n in range(PROCESSES)
    ]
    seen: list[int] = []
    while any(writer.poll() is None for writer in writers):
        seen += after(seen[-1] if seen else 0)
    assert [writer.returncode for writer in writers] == [0] * PROCESSES
    while more := after(seen[-1] if seen else 0):
        seen += more
    with psycopg.connect(database.work_url) as connection:
        stored = {position for (position,) in connection.execute("SELECT position FROM events")}
    assert len(stored) >= share * PROCESSES
    return seen, stored


@pytest.mark.faults
def test_a_tailing_reader_misses_nothing_under_24_writers(
    database: Database, work: Datastore, crash_rounds: int
) -> None:
    reader = Reader(work)

    def careful(after: int) -> list[int]:
        return [row.position for row in reader.rows(after, PAGE)]

    seen, stored = tail_under_writers(database, careful, crash_rounds * EVENTS_A_ROUND)
    assert seen == sorted(stored)


@pytest.mark.faults
def test_the_same_without_waiting_for_gaps_misses_events(database: Database, crash_rounds: int) -> None:
    with psycopg.connect(database.work_url, autocommit=True) as connection:

        def careless(after: int) -> list[int]:
            found = connection.execute("SELECT position FROM events WHERE position > %s ORDER BY position", [after])
            return [position for (position,) in found]

        with open_append(database.app_url, uuid4()) as slow:  # as each of them may be
            seen, _ = tail_under_writers(database, careless, crash_rounds * EVENTS_A_ROUND)
            slow.commit()
        assert careless(seen[-1]) == []
        assert set(careless(0)) - set(seen) >= {1}, "the test above can catch a reader that passes gaps"


class Careless(Reader):
    """The reader with its handling of gaps switched off: whatever is there now is the page."""

    def page(
        self, after: int, limit: int, stored_as: Sequence[str] | None = None, *, stream_id: UUID | None = None
    ) -> Page:
        found = self._select(after, 2**63 - 1, limit, stored_as, stream_id)
        return Page(found, found[-1].position if found else after)


@on_both_servers
def test_a_page_ends_before_a_position_that_may_still_appear(
    database: Database, app: Datastore, work: Datastore
) -> None:
    network_id = uuid4()
    reader, careless = Reader(work, patience_seconds=0.05), Careless(work)
    late = open_append(database.app_url, network_id)
    CareRecorder(app, network_id=network_id).insert_events(batch(uuid4(), 0, 2))
    assert [row.position for row in careless.rows(0, 10)] == [2, 3]
    assert reader.rows(0, 10) == []
    assert reader.page(0, 10, ["Tick"]) == Page([], 0)
    late.commit()
    late.close()
    assert [row.position for row in reader.rows(0, 10)] == [1, 2, 3]
    assert [row.position for row in careless.rows(3, 10)] == []


@on_both_servers
def test_positions_that_were_never_used_hold_nobody_up(database: Database, app: Datastore, work: Datastore) -> None:
    network_id = uuid4()
    recorder, reader = CareRecorder(app, network_id=network_id), Reader(work)
    abandoned = open_append(database.app_url, network_id)
    abandoned.rollback()
    abandoned.close()
    recorder.insert_events(batch(uuid4(), 0, 1))
    assert [row.position for row in reader.rows(0, 10)] == [2]
    assert reader.gaps.settled == 2


def test_a_reader_of_some_kinds_moves_past_the_others(database: Database, app: Datastore, work: Datastore) -> None:
    CareRecorder(app, network_id=uuid4()).insert_events(batch(uuid4(), 0, 3))
    assert Reader(work).page(0, 10, ["Tock"]) == Page([], 3)
    assert Reader(work).page(0, 2, ["Tick"]).position == 2
    assert Reader(work).page(2, 2, ["Tick"]).position == 3


def test_a_reader_of_one_network_sees_no_other(database: Database, app: Datastore) -> None:
    ours, theirs = uuid4(), uuid4()
    for network_id in (ours, theirs, ours):
        CareRecorder(app, network_id=network_id).insert_events(batch(uuid4(), 0, 2))
    reader = Reader(app, network_id=ours)
    assert [row.position for row in reader.rows(0, 10)] == [1, 2, 5, 6]
    assert {row.network_id for row in reader.rows(0, 10)} == {ours}
    assert Reader(app).rows(0, 10) == []


def has_open_append(database: Database) -> bool:
    """Whether a transaction is open in which nothing happens."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        return bool(connection.execute(OPEN).fetchall())


@pytest.mark.faults
@on_both_servers
def test_a_stopped_writer_delays_readers_until_the_server_ends_it(
    database: Database, app: Datastore, work: Datastore
) -> None:
    network_id = uuid4()
    stopped = subprocess.Popen(
        [sys.executable, "-m", "tests.store.writers", "stop", database.app_url, str(network_id)], stdout=subprocess.PIPE
    )
    try:
        assert stopped.stdout is not None
        assert stopped.stdout.readline() == b"appended\n"
        stopped.send_signal(signal.SIGSTOP)
        CareRecorder(app, network_id=network_id).insert_events(batch(uuid4(), 0, 1))
        reader = Reader(work)
        assert reader.rows(0, 10) == [] or not has_open_append(database)
        found = eventually(lambda: reader.rows(0, 10))
        assert [row.position for row in found] == [2]
        assert not has_open_append(database), "the server has ended it"
    finally:
        stopped.kill()
        stopped.communicate()
