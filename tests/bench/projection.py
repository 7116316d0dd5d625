"""Live projection of one read model against the library's own runner, which takes one transaction per event."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Composed

from deploy.database.roles import DATABASE
from deploy.read_models import open_log
from projections.caseload import CASELOAD
from projections.engine.catch_up import catch_up
from projections.engine.read_model import ReadModel
from tests.bench.house import House, house
from tests.bench.log import fill
from tests.bench.pairs import Row, compare
from workers.shift import connect

EVENTS = 20_000
REFERENCE_EVENTS = 600


def run() -> Iterator[Row]:
    with house() as built:
        fill(built.superuser_url, EVENTS)
        library = Library(built)
        yield compare(
            "live projection of caseload, events",
            lambda: ours(built, CASELOAD),
            library.rate,
            target=20,
            pairs=10,
            note="the library's ProjectionRunner, one row upserted per event",
        )


def ours(built: House, model: ReadModel) -> float:
    """Events per second from an empty table to the head, in live pages, by the runner that workers use."""
    forget(built, model)
    with (
        connect(built.server.work_url) as connection,
        open_log(built.server.work_url) as source,
    ):
        begin_empty(connection, model)
        begun = time.perf_counter()
        catch_up(connection, source, [model], holder=f"bench {uuid4()}", seconds=600)
        return _events(connection) / (time.perf_counter() - begun)


def forget(built: House, model: ReadModel) -> None:
    """Drop the read model's tables and its checkpoint."""
    with psycopg.connect(built.superuser_url, autocommit=True) as connection:
        for table in model.tables:
            connection.execute(f'DROP TABLE IF EXISTS read_models."{model.table_name(table)}"'.encode())
        connection.execute(
            "DELETE FROM read_models.checkpoint WHERE read_model = %s AND version = %s", [model.name, model.version]
        )


def begin_empty(connection: psycopg.Connection[Any], model: ReadModel) -> None:
    """Empty tables with their indexes and walls, as a live read model has them."""
    from projections.engine.tables_in_database import create_shadow, finish_shadow, switch

    with connection.transaction():
        create_shadow(connection, model)
    finish_shadow(connection, model)
    with connection.transaction():
        switch(connection, model)


def _events(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT count(*) FROM events").fetchone()
    return int(row[0]) if row else 0


class Case(Aggregate):
    """An aggregate of the library's own kind: one row in its view."""

    def score(self, total: int) -> None:
        self.trigger_event(self.Scored, total=total)

    class Scored(Aggregate.Event):
        total: int

        def apply(self, aggregate: "Case") -> None:
            """Nothing: the read model is what is measured."""


class CaseView(PostgresTrackingRecorder):
    """One row per case, upserted in the transaction of its tracking."""

    def __init__(self, datastore: Any, **more: Any) -> None:
        super().__init__(datastore, **more)
        table = SQL("CREATE TABLE IF NOT EXISTS bench_case (case_id uuid PRIMARY KEY, scores int, last int)")
        self.sql_create_statements.append(Composed([table]))

    def keep(self, case_id: Any, total: int, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "INSERT INTO bench_case VALUES (%s, 1, %s) ON CONFLICT (case_id)"
                " DO UPDATE SET scores = bench_case.scores + 1, last = excluded.last",
                [case_id, total],
            )


class CaseProjection(Projection[CaseView]):
    name = "bench_cases"
    topics = ()
    seen = 0
    goal = 0
    done_at = 0.0

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.keep(domain_event.originator_id, getattr(domain_event, "total", 0), tracking)
        CaseProjection.seen += 1
        if CaseProjection.seen == CaseProjection.goal:
            CaseProjection.done_at = time.perf_counter()


class Library:
    """The library with its defaults, in a schema of its own."""

    def __init__(self, built: House) -> None:
        host = parse_qs(urlsplit(built.server.owner_url).query)
        self._environment = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": DATABASE,
            "POSTGRES_HOST": host["host"][0],
            "POSTGRES_PORT": host["port"][0],
            "POSTGRES_USER": "postgres",
            "POSTGRES_PASSWORD": "unused",
            "POSTGRES_SCHEMA": "public",
        }
        self._application: Application[Any] = Application(self._environment)

    def rate(self) -> float:
        """Events per second from the first unseen one to the last, one transaction each."""
        case = Case()
        for total in range(REFERENCE_EVENTS - 1):
            case.score(total)
        self._application.save(case)
        CaseProjection.seen, CaseProjection.goal, CaseProjection.done_at = 0, REFERENCE_EVENTS, 0.0
        begun = time.perf_counter()
        with ProjectionRunner(
            application_class=Application,
            projection_class=CaseProjection,
            view_class=CaseView,
            env=self._environment,
        ):
            while not CaseProjection.done_at:
                time.sleep(0.001)
        return REFERENCE_EVENTS / (CaseProjection.done_at - begun)
