"""The process that keeps read models at the head of the log."""

import threading
import time
from collections.abc import Sequence
from typing import Any

import structlog
from psycopg import Connection

from projections.engine.lease import take_lease
from projections.engine.old_versions import drop_unused
from projections.engine.pages import LIVE_PAGE
from projections.engine.read_model import ReadModel
from projections.engine.rebuild import RebuildIsRunning, build_missing
from projections.engine.runner import Runner
from projections.engine.source import Source
from projections.engine.tables_in_database import exists
from projections.engine.together import apply_together
from workers.shift import REST_SECONDS, OpenSource, Shift, Wait, connect, new_holder

MINUTE = 60.0

log = structlog.get_logger(__name__)


def begin(connection: Connection[Any], model: ReadModel, holder: str) -> Runner | None:
    """Take the lease of a read model whose tables are there."""
    if not exists(connection, model) or (taken := take_lease(connection, model, holder)) is None:
        return None
    return Runner(connection, model, *taken)


class Projector:
    """Fills some read models from one pass over the log. One that fails rests a while; the others go on."""

    def __init__(
        self,
        work_url: str,
        open_source: OpenSource,
        models: Sequence[ReadModel],
        *,
        wait: Wait = time.sleep,
        page: int = LIVE_PAGE,
    ) -> None:
        self._work_url = work_url
        self._open_source = open_source
        self._models = models
        self._wait = wait
        self._page = page
        self._holder = new_holder()

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. Ends by an error when the connection is lost; the supervisor starts it again."""
        with connect(self._work_url) as connection, self._open_source() as source:
            shift = Shift(connection, source, self._models, begin, apply_together, page=self._page)
            while not stop.is_set():
                if not shift.do_some():
                    self._wait(0.1)
            shift.end()

    def build_missing(self, stop: threading.Event) -> None:
        """Fill versions that have no tables yet, beside those that are live; then drop what nobody runs any more."""
        with connect(self._work_url) as connection, self._open_source() as source:
            while not stop.is_set() and not self._build(connection, source):
                stop.wait(REST_SECONDS)
            while not stop.is_set():
                for dropped in drop_unused(connection, self._models):
                    log.info("read_model_dropped", read_model=dropped)
                stop.wait(MINUTE)

    def _build(self, connection: Connection[Any], source: Source) -> bool:
        """Whether all tables are there; another process may be building them."""
        try:
            build_missing(connection, source, self._models, holder=self._holder)
        except RebuildIsRunning:
            log.info("another_process_builds")
            return False
        return True
