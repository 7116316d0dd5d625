"""Rebuild against reading and decoding the same rows: the limit for a projector in Python."""

import time
from collections.abc import Iterator, Sequence
from uuid import uuid4

import orjson
import psycopg

from deploy.read_models import open_log
from projections import READ_MODELS
from projections.caseload import CASELOAD
from projections.engine.catch_up import catch_up
from projections.engine.read_model import ReadModel
from projections.engine.rebuild import build_missing
from store.row import COLUMNS, Row
from tests.bench.house import House, house
from tests.bench.log import fill
from tests.bench.pairs import Row as Result
from tests.bench.pairs import compare
from tests.bench.projection import forget
from workers.shift import connect

EVENTS = 60_000
PAGE = 5_000
PAYLOAD = Row._fields.index("payload")
SELECT = f"SELECT {COLUMNS} FROM events WHERE position > %s ORDER BY position LIMIT %s"


def run() -> Iterator[Result]:
    with house() as built:
        fill(built.superuser_url, EVENTS)
        for what, models, target in (
            ("rebuild of caseload, events", [CASELOAD], 0.20),
            (f"rebuild of all {len(READ_MODELS)} read models in one pass, events", list(READ_MODELS), 0.08),
        ):
            yield compare(
                what,
                lambda m=models: ours(built, m),  # type: ignore[misc]
                lambda: reference(built),
                target=target,
                pairs=10,
                note="keyset SELECT in pages of 5,000 and orjson of the same rows",
            )


def ours(built: House, models: Sequence[ReadModel]) -> float:
    """Events per second from nothing to live tables with their indexes."""
    for model in models:
        forget(built, model)
    with (
        connect(built.server.work_url) as connection,
        open_log(built.server.work_url) as source,
    ):
        begun = time.perf_counter()
        done = build_missing(connection, source, models, holder=f"bench {uuid4()}")
        seconds = time.perf_counter() - begun
        catch_up(connection, source, models, holder=f"bench {uuid4()}")
    return done[0].events / seconds


def reference(built: House) -> float:
    """Rows read and decoded per second."""
    read, after, begun = 0, 0, time.perf_counter()
    with psycopg.connect(built.server.work_url, autocommit=True) as connection:
        cursor = connection.cursor(binary=True)
        while rows := cursor.execute(SELECT.encode(), [after, PAGE]).fetchall():
            for row in rows:
                orjson.loads(row[PAYLOAD])
            after, read = rows[-1][0], read + len(rows)
    return read / (time.perf_counter() - begun)
