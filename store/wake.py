"""Hints that there is something new: sent after the commit, many at once, and never relied on.

A NOTIFY inside an append would make every commit of the cluster wait for the one before. A lost hint costs a poll.
"""

import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import Connection

from store.recorder import WAKE_CHANNEL

COALESCE_SECONDS = 0.02
POLL_SECONDS = 0.25
RETRY_SECONDS = 0.5
CLOSING_SECONDS = 1.0
CONNECTION_LOST = (psycopg.OperationalError, psycopg.InterfaceError)


class Wake:
    """Tells everybody who listens how far the log reaches; one thread and one connection per process."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._position = 0
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wake", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._news.set()
        self._thread.join(CLOSING_SECONDS)  # a hint that a database does not take is not worth more

    def signal(self, position: int) -> None:
        """Something was appended; returns at once."""
        self._position = max(self._position, position)
        self._news.set()

    def _run(self) -> None:
        connection: Connection[Any] | None = None
        while self._news.wait() and not self._stopping.is_set():
            self._news.clear()
            try:
                connection = connection or _connected(self._conninfo, "throughline wake")
                connection.execute("SELECT pg_notify(%s, %s)", [WAKE_CHANNEL, str(self._position)])
            except CONNECTION_LOST:
                connection = None  # listeners poll; the next append tries again
                self._stopping.wait(RETRY_SECONDS)
            self._stopping.wait(COALESCE_SECONDS)  # the first hint goes out at once, those close behind it as one
        if connection is not None:
            connection.close()


class News:
    """One connection that listens for all tasks of a process, each of which waits at its own pace."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._told: list[threading.Event] = []

    def wait(self, *, gather_seconds: float = 0.0) -> Callable[[float], None]:
        """A wait of some seconds for one task, that ends with the next append, or so much later with several."""
        told = threading.Event()
        self._told.append(told)

        def wait(seconds: float) -> None:
            if told.wait(seconds):
                time.sleep(gather_seconds)
            told.clear()

        return wait

    def listen(self, stopping: threading.Event) -> None:
        """Until `stopping` is set."""
        for _ in wakes(self._conninfo, stopping):
            for told in self._told:
                told.set()


def wakes(conninfo: str, stopping: threading.Event, *, poll_seconds: float = POLL_SECONDS) -> Iterator[None]:
    """Comes round at every hint and at least every `poll_seconds`, through lost connections, until `stopping` is set.

    The first round comes after LISTEN is in force, so that nothing appended before it is waited for.
    """
    while not stopping.is_set():
        try:
            with _connected(conninfo, "throughline listen") as connection:
                connection.execute(f"LISTEN {WAKE_CHANNEL}".encode())
                yield
                while not stopping.is_set():
                    for _ in connection.notifies(timeout=poll_seconds, stop_after=1):
                        pass
                    yield
        except CONNECTION_LOST:
            yield
            stopping.wait(min(poll_seconds, RETRY_SECONDS))


def _connected(conninfo: str, name: str) -> Connection[Any]:
    return psycopg.connect(conninfo, autocommit=True, application_name=name)
