"""Bringing read models to the end of the log here and now, as a command line does before it reads them."""

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from psycopg import Connection

from projections.engine.garbage import collected_later
from projections.engine.lease import give_back, take_lease
from projections.engine.pages import apply_all
from projections.engine.read_model import ReadModel
from projections.engine.runner import Runner
from projections.engine.source import Source
from projections.engine.together import apply_together
from projections.engine.waiting import read_checkpoints


def catch_up(
    connection: Connection[Any], source: Source, models: Sequence[ReadModel], *, holder: str, seconds: float = 60
) -> bool:
    """Fold what is missing, or wait for the worker that is doing so; whether all have reached the present head."""
    head = source.head()
    until = time.monotonic() + seconds
    while behind := _behind(connection, models, head):
        _fold_those_free(connection, source, behind, holder)
        if time.monotonic() > until:
            return False
        if _behind(connection, behind, head):
            time.sleep(0.02)
    return True


def _behind(connection: Connection[Any], models: Sequence[ReadModel], head: int) -> list[ReadModel]:
    reached = read_checkpoints(connection)
    return [model for model in models if reached.get((model.name, model.version), 0) < head]


def _fold_those_free(connection: Connection[Any], source: Source, models: Sequence[ReadModel], holder: str) -> None:
    taken = [(model, take_lease(connection, model, holder)) for model in models]
    runners = [Runner(connection, model, *lease) for model, lease in taken if lease]
    if not runners:
        return
    try:
        with collected_later():
            apply_all(source, runners, together=partial(apply_together, connection))
    finally:
        for runner in runners:
            give_back(connection, runner.lease)
