"""Filling read models anew beside the live ones, all in one pass; comparing cell by cell; switching."""

import time
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from psycopg import Connection

from projections.engine.ahead import forget_members, stop_members, streams_ahead
from projections.engine.catch_up import catch_up
from projections.engine.compare import compare
from projections.engine.garbage import collected_later
from projections.engine.lease import SHADOW_LEASE_SECONDS, Lease, give_back, take_lease
from projections.engine.pages import LIVE_PAGE, REBUILD_PAGE, Progress, apply_all
from projections.engine.read_model import ReadModel
from projections.engine.runner import Runner
from projections.engine.source import Source
from projections.engine.tables_in_database import create_shadow, exists, finish_shadow, switch
from projections.engine.together import apply_together
from projections.engine.waiting import read_checkpoints


class Rebuilt(NamedTuple):
    """What a rebuild did. Without live tables nothing is compared."""

    read_model: str
    version: int
    events: int
    seconds: float
    cells_compared: int
    differences: int


class RebuildIsRunning(Exception):
    """Somebody else rebuilds this read model; wait until it is done."""


def rebuild(
    connection: Connection[Any],
    source: Source,
    models: Sequence[ReadModel],
    *,
    holder: str,
    progress: Progress | None = None,
) -> list[Rebuilt]:
    """Fill these read models from the first event on, compare with what is live, and put the new in its place.

    The live tables stay readable and go on; each is locked against its runner only while the last events are added
    and the comparison runs.
    """
    begun = time.monotonic()
    catch_up(connection, source, [model for model in models if exists(connection, model)], holder=holder)
    runners: list[Runner] = []
    try:
        for model in models:
            runners.append(_shadow_runner(connection, model, holder))
        with collected_later():
            read = apply_all(
                source, runners, limit=REBUILD_PAGE, until=_goal(connection, models), progress=progress,
                together=partial(apply_together, connection),
            )  # fmt: skip
        for runner in runners:
            runner.renew()
            finish_shadow(connection, runner.model)
            runner.writer.copying = False  # row security is on now, and COPY would be refused
        return [_finish(connection, source, runner, read, begun) for runner in runners]
    finally:
        for runner in runners if not connection.closed else ():
            give_back(connection, runner.lease)


def build_missing(
    connection: Connection[Any],
    source: Source,
    models: Sequence[ReadModel],
    *,
    holder: str,
    progress: Progress | None = None,
) -> list[Rebuilt]:
    """Fill those read models whose version has no tables yet; wait for another process that is doing so."""
    until = time.monotonic() + SHADOW_LEASE_SECONDS
    while missing := _missing(connection, models):
        leases: list[Lease] = []
        try:
            for model in missing:
                leases.append(_shadow_lease(connection, model, holder)[0])
            # whoever had a lease before us may have been done with it since we looked
            missing = _missing(connection, missing)
            return rebuild(connection, source, missing, holder=holder, progress=progress) if missing else []
        except RebuildIsRunning:
            if time.monotonic() > until:
                raise
        finally:
            for lease in leases if not connection.closed else ():
                give_back(connection, lease)
        time.sleep(0.1)
    return []


def _missing(connection: Connection[Any], models: Sequence[ReadModel]) -> list[ReadModel]:
    return [model for model in models if not exists(connection, model)]


def _shadow_lease(connection: Connection[Any], model: ReadModel, holder: str) -> tuple[Lease, int]:
    taken = take_lease(connection, model, holder, is_shadow=True)
    if taken is None:
        raise RebuildIsRunning(f"{model.known_as} is being rebuilt by somebody else; wait until that is done")
    return taken


def _shadow_runner(connection: Connection[Any], model: ReadModel, holder: str) -> Runner:
    lease, _ = _shadow_lease(connection, model, holder)
    with connection.transaction():
        create_shadow(connection, model)
        connection.execute(
            """
            UPDATE read_models.checkpoint SET position = 0
             WHERE read_model = %(read_model)s AND version = %(version)s AND is_shadow AND epoch = %(epoch)s
            """,
            lease._asdict(),
        )
        connection.execute(
            """
            DELETE FROM read_models.parked_event
             WHERE read_model = %(read_model)s AND version = %(version)s AND is_shadow
            """,
            lease._asdict(),
        )
    return Runner(connection, model, lease, 0, copying=True)


def _goal(connection: Connection[Any], models: Sequence[ReadModel]) -> int | None:
    """Never run ahead of live tables: the two are compared at one position. None where all are new."""
    live = [_live_position(connection, model) for model in models if exists(connection, model)]
    return min(live) if live else None


def _live_position(connection: Connection[Any], model: ReadModel) -> int:
    return read_checkpoints(connection).get((model.name, model.version), 0)


def _lock_live_position(connection: Connection[Any], model: ReadModel) -> int:
    """Where the live tables stand, and will stand until the end of this transaction."""
    found = connection.execute(
        """
        SELECT position
          FROM read_models.checkpoint
         WHERE read_model = %(name)s
           AND version = %(version)s
           AND NOT is_shadow
           FOR UPDATE
        """,
        {"name": model.name, "version": model.version},
    ).fetchone()
    stop_members(connection, model)
    return int(found[0]) if found else 0


def _finish(connection: Connection[Any], source: Source, runner: Runner, read: int, begun: float) -> Rebuilt:
    model = runner.model
    is_live = exists(connection, model)
    # what arrived meanwhile, before anybody is made to wait
    read += apply_all(source, [runner], limit=LIVE_PAGE, until=_goal(connection, [model]))
    with connection.transaction():
        runner.renew()  # whoever took the lease from us has dropped our tables: then this ends here
        cells = differences = 0
        if is_live:
            until = _lock_live_position(connection, model)
            read += apply_all(source, [runner], limit=LIVE_PAGE, until=until)
            runner.take_in(source, streams_ahead(connection, model, of=until))
            cells, differences = compare(connection, model)
        else:
            forget_members(connection, model)
        switch(connection, model)
        _take_the_place_of_live(connection, runner)
    return Rebuilt(model.name, model.version, read, round(time.monotonic() - begun, 3), cells, differences)


def _take_the_place_of_live(connection: Connection[Any], runner: Runner) -> None:
    """Position and parked events go over; a new epoch makes a running runner load its rows again."""
    key = {**runner.lease._asdict(), "position": runner.position}
    connection.execute(
        """
        INSERT INTO read_models.checkpoint (read_model, version, is_shadow, position, head, epoch)
        VALUES (%(read_model)s, %(version)s, false, %(position)s, %(position)s, 1)
        ON CONFLICT (read_model, version, is_shadow) DO UPDATE
           SET position = excluded.position, epoch = checkpoint.epoch + 1
        """,
        key,
    )
    connection.execute(
        "DELETE FROM read_models.parked_event"
        " WHERE read_model = %(read_model)s AND version = %(version)s AND NOT is_shadow",
        key,
    )
    connection.execute(
        "UPDATE read_models.parked_event SET is_shadow = false"
        " WHERE read_model = %(read_model)s AND version = %(version)s AND is_shadow",
        key,
    )
