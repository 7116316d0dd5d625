"""A runner that stopped amid a row of statements is ended by whoever wants its lease; one that works is not."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg import Connection

import projections.engine.stopped as stopped
from projections.engine.lease import LeaseWasLost, move, take_lease
from tests.postgres import Database
from tests.projections.tally import TALLY
from tests.waiting import eventually
from workers.shift import connect


@pytest.fixture
def work(database: Database) -> Iterator[Connection[Any]]:
    connection = connect(database.work_url)
    yield connection
    connection.close()


def stop_amid_statements(connection: Connection[Any]) -> None:
    """Send a part of a row of statements and nothing further, as a process does that is stopped there."""
    link = connection.pgconn
    link.enter_pipeline_mode()
    link.send_query_params(b"BEGIN", None)
    link.send_query_params(b"UPDATE read_models.checkpoint SET position = position", None)
    link.send_flush_request()
    link.flush()


def stop_between_statements(connection: Connection[Any]) -> None:
    """The same when the next row of statements had just begun: the server no longer counts how long it waits."""
    connection.execute("BEGIN")
    connection.execute("UPDATE read_models.checkpoint SET position = position")
    link = connection.pgconn
    link.enter_pipeline_mode()
    link.send_flush_request()
    link.flush()


def waits_for(connection: Connection[Any], pid: int) -> bool:
    found = connection.execute("SELECT wait_event FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone()
    return found == ("ClientRead",)


@pytest.mark.parametrize("stop", [stop_amid_statements, stop_between_statements])
def test_the_lease_of_one_that_stopped_amid_its_write_goes_to_the_next(
    stop: Callable[[Connection[Any]], None],
    work: Connection[Any],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stopped, "PATIENCE_SECONDS", 1)
    first = take_lease(work, TALLY, "the one that stops")
    assert first is not None
    with psycopg.connect(database.work_url, autocommit=True) as another:
        another.execute("UPDATE read_models.checkpoint SET leased_until = '-infinity'")
        stop(work)
        eventually(lambda: waits_for(another, work.info.backend_pid))
        taken = eventually(lambda: take_lease(another, TALLY, "the next"))
        assert taken is not None
        assert taken[0].epoch == first[0].epoch + 1
        with pytest.raises(LeaseWasLost):
            move(another, first[0], before=0, after=1, head=1)


def test_one_that_works_on_is_left_alone(work: Connection[Any], database: Database) -> None:
    working = threading.Thread(target=work.execute, args=["SELECT pg_sleep(1)"])
    working.start()
    with psycopg.connect(database.work_url, autocommit=True) as another, closing(work_of_copying(database)) as copying:
        eventually(lambda: waits_for(another, copying.info.backend_pid))
        assert stopped.end_stopped(another, seconds=0) == 0
    working.join()
    assert work.execute("SELECT 1").fetchone()


def work_of_copying(database: Database) -> Connection[Any]:
    """Rows that are streamed in wait for whoever makes them."""
    connection = connect(database.work_url)
    connection.pgconn.exec_(b"COPY read_models.stream_ahead FROM STDIN")
    return connection
