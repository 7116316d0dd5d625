"""The worker on the real log: what is decided through the store is on the lists at once, and only in its network."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from deploy.read_models import open_log
from domain.actor import Role
from projections import READ_MODELS
from projections.caseload import CASELOAD
from projections.engine.rebuild import build_missing, rebuild
from projections.engine.waiting import Waiting, read_checkpoints
from store.recorder import WAKE_CHANNEL
from store.wake import Wake, wakes
from tests.postgres import Database
from tests.projections.conftest import stored_rows
from tests.projections.folded import folded
from tests.store.house import House, house
from tests.waiting import LOOK_SECONDS, PATIENCE_SECONDS, eventually
from workers.project import Projector
from workers.supervisor import Supervisor

POLL_SECONDS = 10 * PATIENCE_SECONDS
"""So long that whatever comes was woken."""


@contextmanager
def working(database: Database) -> Iterator[Supervisor]:
    """The worker with all read models, woken by what is appended."""
    url, news = database.work_url, threading.Event()

    def listen(stop: threading.Event) -> None:
        for _ in wakes(url, stop, poll_seconds=POLL_SECONDS):
            news.set()

    def wait(_: float) -> None:
        news.wait(POLL_SECONDS)
        news.clear()

    projector = Projector(url, partial(open_log, url), READ_MODELS, wait=wait)
    supervisor = Supervisor({"project": projector.run, "missing": projector.build_missing, "listen": listen})
    supervisor.start()
    try:
        yield supervisor
    finally:
        threading.Thread(target=knock_until_it_ended, args=(url, supervisor), daemon=True).start()
        assert supervisor.stop(PATIENCE_SECONDS)


def knock_until_it_ended(url: str, supervisor: Supervisor) -> None:
    """Whoever listens looks up at a hint only, and then sees that it shall end."""
    with psycopg.connect(url, autocommit=True) as connection:
        while any(state.is_running for state in supervisor.states.values()):
            connection.execute(f"NOTIFY {WAKE_CHANNEL}".encode())
            time.sleep(LOOK_SECONDS)


def are_all_held(app: psycopg.Connection[Any]) -> bool:
    """Whether the worker has the lease of every read model, and not only whoever built it."""
    held = "SELECT count(*) FROM read_models.checkpoint WHERE NOT is_shadow AND leased_until > clock_timestamp()"
    return app.execute(held).fetchone() == (len(READ_MODELS),)


@pytest.fixture
def home(database: Database) -> Iterator[House]:
    with house(database.app_url) as opened:
        yield opened


def test_a_command_is_visible_long_before_a_poll(database: Database, home: House) -> None:
    with (
        Wake(database.app_url) as wake,
        working(database) as supervisor,
        psycopg.connect(database.app_url, autocommit=True) as app,
    ):
        home.application.recorder.on_append = wake.signal
        waiting = Waiting(partial(read_checkpoints, app))
        therapist = home.admit(Role.THERAPIST)
        eventually(
            lambda: (
                waiting.wait_until(home.record_licence(therapist.actor_id).position, READ_MODELS) and are_all_held(app)
            )
        )
        for _ in range(30):
            receipt = home.refer(uuid4(), home.register(), therapist)
            eventually(partial(waiting.wait_until, receipt.position, READ_MODELS))
        waiting.close()
        assert supervisor.states["project"].failure is None
    found = home.query(f"SELECT count(*) FROM read_models.{CASELOAD.known_as}")
    assert found == [(30,)]


def test_live_rows_are_those_of_a_rebuild_and_of_a_fold_from_scratch(database: Database, home: House) -> None:
    therapist = home.admit(Role.THERAPIST)
    for _ in range(3):
        home.refer(uuid4(), home.register(), therapist)
    url = database.work_url
    with psycopg.connect(url, autocommit=True) as connection, open_log(url) as log:
        build_missing(connection, log, READ_MODELS, holder="t")
        history = log.read(0, 1_000)
        for model in READ_MODELS:
            assert stored_rows(connection, model) == folded(model, history)
        rebuilt = rebuild(connection, log, READ_MODELS, holder="t")
        assert [one.differences for one in rebuilt] == [0] * len(READ_MODELS)
        assert len({one.events for one in rebuilt}) == 1


def test_nothing_in_a_read_model_is_in_clear_text(database: Database, home: House) -> None:
    home.refer(uuid4(), home.register("Zwetschgenbaum Quitte"), home.admit(Role.THERAPIST))
    url = database.work_url
    with psycopg.connect(url, autocommit=True) as connection, open_log(url) as log:
        build_missing(connection, log, READ_MODELS, holder="t")
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'read_models'").fetchall()
        assert len(tables) > len(READ_MODELS)
        for (table,) in tables:
            for (row,) in connection.execute(f"SELECT one::text FROM read_models.{table} AS one"):
                for secret in ("Zwetschgenbaum", "Quitte", "Low mood", "1980-05-17", "Robin"):
                    assert secret not in row, table
