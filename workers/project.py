"""The process that keeps read models at the head of the log."""

import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import psycopg
import structlog
from psycopg import Connection

from projections.engine.lease import LeaseWasLost, give_back, take_lease
from projections.engine.old_versions import drop_unused
from projections.engine.pages import LIVE_PAGE, read_page
from projections.engine.read_model import ReadModel
from projections.engine.rebuild import RebuildIsRunning, build_missing
from projections.engine.runner import Runner
from projections.engine.source import Source
from projections.engine.tables_in_database import exists

BEAT_SECONDS = 2.0
LOOK_SECONDS = 0.5
"""How often a lease that another process holds is asked for."""
REST_SECONDS = 5.0
MINUTE = 60.0

OpenSource = Callable[[], AbstractContextManager[Source]]
Wait = Callable[[float], None]
"""Sleep until something was appended, at most so many seconds. A wake-up is a hint; the log is read anyway."""

log = structlog.get_logger(__name__)


def connect(work_url: str) -> Connection[Any]:
    """A connection of the workers' role that notices a server that is gone.

    Its commits do not wait for the disk: rows and checkpoint stand or fall together, and what a crash of the server
    takes away is folded again from the log. Appends do wait.
    """
    return psycopg.connect(
        work_url, autocommit=True, connect_timeout=5, keepalives_idle=5, keepalives_interval=2, keepalives_count=3,
        tcp_user_timeout=10_000, application_name="throughline project", options="-c synchronous_commit=off",
    )  # fmt: skip


def new_holder() -> str:
    """A name for this process that no other has or had: leases are told apart by it."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


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
            shift = _Shift(connection, source, self._models, self._holder, self._page)
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


class _Shift:
    """What one connection does: leases taken, pages applied, signs of life given."""

    def __init__(
        self, connection: Connection[Any], source: Source, models: Sequence[ReadModel], holder: str, page: int
    ) -> None:
        self._connection = connection
        self._source = source
        self._models = models
        self._holder = holder
        self._page = page
        self._runners: dict[str, Runner] = {}
        self._resting_until: dict[str, float] = {}
        self._next_beat = 0.0
        self._next_look = 0.0

    def do_some(self) -> bool:
        """Apply at most one page; whether there was one."""
        now = time.monotonic()
        if len(self._runners) < len(self._models) and now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            self._take_leases()
        if now >= self._next_beat:
            self._next_beat = now + BEAT_SECONDS
            self._beat()
        if not self._runners:
            return False
        page = read_page(self._source, list(self._runners.values()), limit=self._page)
        if page is None:
            return False
        for runner in list(self._runners.values()):
            self._guarded(runner, lambda runner=runner: runner.apply(page.entries, last=page.last, head=page.head))  # type: ignore[misc]
        return True

    def end(self) -> None:
        """Let the next process begin at once."""
        for runner in self._runners.values():
            give_back(self._connection, runner.lease)

    def _take_leases(self) -> None:
        for model in self._models:
            name = model.known_as
            if name in self._runners or time.monotonic() < self._resting_until.get(name, 0):
                continue
            if exists(self._connection, model) and (taken := take_lease(self._connection, model, self._holder)):
                self._runners[name] = Runner(self._connection, model, *taken)

    def _beat(self) -> None:
        head = self._source.head()
        for runner in list(self._runners.values()):
            self._guarded(runner, lambda runner=runner: runner.beat(head))  # type: ignore[misc]
            self._guarded(runner, lambda runner=runner: runner.replay_what_was_asked(self._source))  # type: ignore[misc]

    def _guarded(self, runner: Runner, act: Callable[[], object]) -> None:
        """A failure stops this read model for a while, unless it is the connection that failed."""
        name = runner.model.known_as
        try:
            act()
        except LeaseWasLost:
            self._runners.pop(name, None)
        except Exception as error:
            if self._connection.closed or isinstance(error, psycopg.OperationalError):
                raise
            self._resting_until[name] = time.monotonic() + REST_SECONDS
            self._runners.pop(name, None)
            log.error("read_model_rests", read_model=name, failure=type(error).__name__, seconds=REST_SECONDS)
