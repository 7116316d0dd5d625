"""Read models as the command line meets them: brought to the end of the log before they are read."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

from deploy.failures import CannotGoOn
from deploy.progress import progress_bar
from deploy.wiring import Wiring
from domain.event import Recorded
from projections import READ_MODELS
from projections.engine.catch_up import catch_up
from projections.engine.lease import give_back, take_lease
from projections.engine.read_model import ReadModel
from projections.engine.rebuild import build_missing
from projections.engine.runner import Runner
from projections.engine.waiting import read_checkpoints
from store.datastore import Datastore
from store.reader import Reader
from store.row import Row, decode
from workers.shift import connect, new_holder

PATIENCE_SECONDS = 120.0
LOG_PAGE = 5_000


class ReadModelsAreBehind(Exception):
    """The read models did not reach the end of the log; see that `throughline work` runs."""


class Log(Reader):
    """The whole log, as the engine of the read models takes it in."""

    def decode(self, row: Row) -> Recorded:
        return decode(row)


@contextmanager
def open_log(work_url: str, on_waited: Callable[[float], None] | None = None) -> Iterator[Log]:
    """The log of every network, under the workers' role; `on_waited` is told how long it waits for appends."""
    datastore = Datastore(work_url, max_size=2, name="throughline log")
    try:
        log = Log(datastore)
        log.gaps.on_waited = on_waited
        yield log
    finally:
        datastore.close()


def read_log(work_url: str, stored_as: Sequence[str]) -> Iterator[Recorded]:
    """Every event of these kinds, of every network, in the order of the log."""
    position = -1
    with open_log(work_url) as log:
        while (page := log.page(max(0, position), LOG_PAGE, stored_as)).position > position:
            position = page.position
            yield from map(decode, page.rows)


@contextmanager
def engine(wiring: Wiring) -> Iterator[tuple[Connection[Any], Log]]:
    """A connection that may fill read models, and the log to fill them from."""
    url = wiring.addresses.for_work
    with connect(url) as connection, open_log(url) as log:
        yield connection, log


def bring_to_head(wiring: Wiring, models: Sequence[ReadModel] = READ_MODELS) -> None:
    """Fold what is missing, or wait for the worker that is doing so; without the workers' address only wait."""
    if wiring.addresses.work_url is None:
        _wait_for_workers(wiring, models)
        return
    with engine(wiring) as (connection, log), progress_bar("Read models") as advance:
        holder, head = new_holder(), log.head()
        build_missing(connection, log, models, holder=holder, progress=lambda _, position: advance(position, head))
        if not catch_up(connection, log, models, holder=holder, seconds=PATIENCE_SECONDS):
            raise ReadModelsAreBehind(ReadModelsAreBehind.__doc__)


def models_named(name: str, known: Sequence[ReadModel] = READ_MODELS) -> Sequence[ReadModel]:
    """One read model, or all of them; the names are listed where there is none of this name."""
    if name == "all":
        return known
    found = [model for model in known if model.name == name]
    if not found:
        names = ", ".join(model.name for model in known)
        raise CannotGoOn(f"There is no read model {name[:40]}; choose all or one of: {names}.")
    return found


def _wait_for_workers(wiring: Wiring, models: Sequence[ReadModel]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    with wiring.datastore.get_connection() as connection:
        head = max((position for position in read_checkpoints(connection).values()), default=0)
        while any(read_checkpoints(connection).get((m.name, m.version), -1) < head for m in models):
            if time.monotonic() > until:
                raise ReadModelsAreBehind(ReadModelsAreBehind.__doc__)
            time.sleep(0.05)


def replay_parked(connection: Connection[Any], log: Log) -> int:
    """Fold parked events that somebody asked for, of those read models that no worker holds; how many there were."""
    replayed = 0
    for model in READ_MODELS:
        if (taken := take_lease(connection, model, new_holder())) is None:
            continue  # its worker does it within seconds
        try:
            replayed += Runner(connection, model, *taken).replay_what_was_asked(log)
        finally:
            give_back(connection, taken[0])
    return replayed
