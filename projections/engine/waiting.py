"""Read-your-writes: a page waits, bounded, until its read models have reached the position its command returned."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import Any

import psycopg
from psycopg import Connection

from projections.engine.read_model import ReadModel

POLL_SECONDS = 0.005
LONGEST_WAIT_SECONDS = 2.0
CLOSING_SECONDS = 1.0

Key = tuple[str, int]
ReadPositions = Callable[[], Mapping[Key, int]]


def read_checkpoints(connection: Connection[Any]) -> dict[Key, int]:
    """Read model and version to the position it has reached."""
    rows = connection.execute(
        "SELECT read_model, version, position FROM read_models.checkpoint WHERE NOT is_shadow"
    ).fetchall()
    return {(name, version): position for name, version, position in rows}


class Waiting:
    """One thread asks for all who wait, and only while somebody does.

    `read` runs on that thread: give it a connection of its own or take one from the pool each time.
    """

    def __init__(self, read: ReadPositions) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._somebody_waits = threading.Event()
        self._waiters: list[_Waiter] = []
        self._reached: Mapping[Key, int] = {}
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="read-your-writes", daemon=True)
        self._thread.start()

    def reached(self, position: int, models: Iterable[ReadModel]) -> "Future[bool]":
        """Resolves to True once these read models have reached the position, to False after 2 s.

        Routes that are `async` await it through `asyncio.wrap_future`.
        """
        waiter = _Waiter(position, [(model.name, model.version) for model in models])
        if waiter.is_satisfied_by(self._reached):
            waiter.done.set_result(True)
            return waiter.done
        with self._lock:
            self._waiters.append(waiter)
            self._somebody_waits.set()
        return waiter.done

    def wait_until(self, position: int, models: Iterable[ReadModel], timeout: float = LONGEST_WAIT_SECONDS) -> bool:
        """Whether these read models reached the position within `timeout` seconds (at most 2)."""
        try:
            return self.reached(position, models).result(timeout)
        except TimeoutError:
            return False

    def close(self) -> None:
        """Stop asking; whoever still waits goes on with what there is. An answer under way is not waited for long."""
        self._is_closed = True
        self._somebody_waits.set()
        self._thread.join(CLOSING_SECONDS)

    def _run(self) -> None:
        while not self._is_closed:
            self._somebody_waits.wait()
            if self._is_closed:
                break
            try:
                self._reached = self._read()
            except psycopg.Error:
                time.sleep(0.1)  # waiters run into their time-out; the page says that it may be behind
            self._answer()
            time.sleep(POLL_SECONDS)
        for waiter in self._waiters:
            waiter.answer(is_reached=False)

    def _answer(self) -> None:
        now = time.monotonic()
        with self._lock:
            still = [waiter for waiter in self._waiters if not waiter.try_to_answer(self._reached, now)]
            self._waiters = still
            if not still and not self._is_closed:
                self._somebody_waits.clear()


class _Waiter:
    def __init__(self, position: int, keys: list[Key]) -> None:
        self._position = position
        self._keys = keys
        self._until = time.monotonic() + LONGEST_WAIT_SECONDS
        self.done: Future[bool] = Future()

    def is_satisfied_by(self, reached: Mapping[Key, int]) -> bool:
        return all(reached.get(key, -1) >= self._position for key in self._keys)

    def try_to_answer(self, reached: Mapping[Key, int], now: float) -> bool:
        if self.is_satisfied_by(reached):
            self.answer(is_reached=True)
        elif now >= self._until:
            self.answer(is_reached=False)
        else:
            return self.done.cancelled()
        return True

    def answer(self, *, is_reached: bool) -> None:
        if self.done.set_running_or_notify_cancel():
            self.done.set_result(is_reached)
