"""The worker is killed, cut off and doubled; its read model ends as if nothing had happened."""

import multiprocessing
import os
import random
import signal
import threading
import time
from contextlib import nullcontext
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest

from deploy.database.embedded import embedded_cluster
from projections.engine.rebuild import build_missing
from projections.engine.waiting import read_checkpoints
from tests.postgres import Database, Server
from tests.projections.conftest import stored_rows
from tests.projections.folded import folded
from tests.projections.tally import TALLY, Added, Cleared, Log
from tests.waiting import PATIENCE_SECONDS, eventually
from workers.project import Projector
from workers.supervisor import Supervisor

AT_WORK = """
    SELECT pid
      FROM pg_stat_activity
     WHERE application_name = 'throughline project'
       AND datname = current_database()
"""
forked = multiprocessing.get_context("fork")


def long_log(events: int) -> Log:
    return lengthened(Log(), events, random.Random(3))


def lengthened(log: Log, events: int, chance: random.Random) -> Log:
    for number in range(events):
        event = Cleared() if number % 11 == 0 else Added(amount=Decimal(number), note="abc"[number % 3])
        log.append(chance.randint(1, 40), event)
    return log


def projector(database: Database, log: Log, page: int) -> Projector:
    return Projector(database.work_url, lambda: nullcontext(log), [TALLY], page=page)


def reached(database: Database) -> int:
    with psycopg.connect(database.work_url) as connection:
        return read_checkpoints(connection)[(TALLY.name, TALLY.version)]


def run_until_killed(database: Database, log: Log) -> None:
    projector(database, log, page=5).run(threading.Event())


def has_ended(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server has, too: what it was sent before a kill it still commits."""
    return not connection.execute(AT_WORK).fetchall()


@pytest.mark.faults
def test_a_killed_worker_leaves_no_hole_and_nothing_twice(database: Database, crash_rounds: int) -> None:
    log, chance, left = Log(), random.Random(5), []
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        build_missing(connection, log, [TALLY], holder="setup")
        for _ in range(crash_rounds):
            lengthened(log, 300, chance)
            connection.execute("UPDATE read_models.checkpoint SET leased_until = '-infinity'")
            before = reached(database)
            process = forked.Process(target=run_until_killed, args=(database, log))
            process.start()
            eventually(lambda before=before: reached(database) > before)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.05))
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join()
            eventually(partial(has_ended, connection))
            place = reached(database)
            left.append(log.head() - place)
            known = [one for one in log.history() if (one.envelope.position or 0) <= place]
            assert stored_rows(connection, TALLY) == folded(TALLY, known)
    assert any(left), "every kill came after all was done, which tells nothing"


@pytest.mark.faults
def test_a_worker_that_was_stopped_while_another_took_over_overwrites_nothing(
    database: Database, crash_rounds: int
) -> None:
    rounds = crash_rounds // 20  # each may wait until somebody ends a transaction that stands open
    log, chance = long_log(600 * rounds), random.Random(9)
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        build_missing(connection, Log(), [TALLY], holder="setup")
        both = [forked.Process(target=run_supervised, args=(database, log)) for _ in range(2)]
        try:
            for process in both:
                process.start()
            for _ in range(rounds):
                somebody_goes_on(database, log)
                time.sleep(chance.uniform(0, 0.02))
                stopped = chance.choice(both).pid or 0
                os.kill(stopped, signal.SIGSTOP)
                connection.execute("UPDATE read_models.checkpoint SET leased_until = '-infinity'")
                somebody_goes_on(database, log)
                os.kill(stopped, signal.SIGCONT)
            eventually(lambda: reached(database) == log.head())
        finally:
            for process in both:
                os.kill(process.pid or 0, signal.SIGKILL)
                process.join()
        assert stored_rows(connection, TALLY) == folded(TALLY, log.history())


def run_supervised(database: Database, log: Log) -> None:
    supervisor = Supervisor({"project": projector(database, log, page=5).run})
    supervisor.start()
    supervisor.wait()


def somebody_goes_on(database: Database, log: Log) -> None:
    before = reached(database)
    eventually(lambda: reached(database) > before or reached(database) == log.head())


def test_a_worker_goes_on_after_its_connection_was_cut(database: Database) -> None:
    log = long_log(50)
    supervisor = supervised(database, log)
    try:
        eventually(lambda: reached(database) == log.head())
        with psycopg.connect(database.superuser_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'throughline project' AND datname = current_database()"
            )
            connection.execute("UPDATE read_models.checkpoint SET leased_until = '-infinity'")  # else it waits for that
        log.append(1, Added(amount=Decimal(1)))
        eventually(lambda: reached(database) == log.head())
        assert supervisor.states["project"].restarts >= 1
    finally:
        assert supervisor.stop(PATIENCE_SECONDS)


@pytest.mark.faults
def test_a_worker_goes_on_after_the_database_was_restarted() -> None:
    with TemporaryDirectory(prefix="throughline-restart-") as folder:
        server = Server(embedded_cluster(Path(folder) / "pg"))
        try:
            with server.fresh_database() as database:
                log = long_log(50)
                supervisor = supervised(database, log)
                eventually(lambda: reached(database) == log.head())
                server.cluster.stop()
                log.append(1, Added(amount=Decimal(1)))
                server.cluster.start()
                eventually(lambda: reached(database) == log.head())
                with psycopg.connect(database.work_url) as connection:
                    assert stored_rows(connection, TALLY) == folded(TALLY, log.history())
                assert supervisor.stop(PATIENCE_SECONDS)
        finally:
            server.close()


def test_of_two_workers_one_writes_and_the_other_takes_over(database: Database) -> None:
    log = long_log(100)
    first, second = supervised(database, log), supervised(database, log)
    try:
        eventually(lambda: reached(database) == log.head())
        assert first.stop(PATIENCE_SECONDS)
        for number in range(20):
            log.append(number, Added(amount=Decimal(number)))
        eventually(lambda: reached(database) == log.head())
    finally:
        first.stop()
        assert second.stop(PATIENCE_SECONDS)
    with psycopg.connect(database.work_url) as connection:
        assert stored_rows(connection, TALLY) == folded(TALLY, log.history())


def supervised(database: Database, log: Log) -> Supervisor:
    with psycopg.connect(database.work_url, autocommit=True) as connection:
        build_missing(connection, Log(), [TALLY], holder="setup")
    supervisor = Supervisor({"project": partial(Projector.run, projector(database, log, page=100))})
    supervisor.start()
    return supervisor
