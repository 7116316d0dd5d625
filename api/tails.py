"""The newest events of each network that somebody follows, kept in the process and told to all who wait for them.

One thread listens for new events and reads them once per network; two hundred streams cost it no more than one. Those
who wait are woken in the event loop and look at the rows there: a stream that nothing new concerns asks no database.
"""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import takewhile
from typing import Any, TypeVar
from uuid import UUID

import anyio
from eventsourcing.persistence import PersistenceError
from psycopg import Error

from domain.refusal import Refused
from store.datastore import Datastore
from store.feed import log_id_of
from store.reader import Reader
from store.row import Row
from store.wake import wakes

T = TypeVar("T")
REMEMBERED = 2_000
PAGE = 500
POLL_SECONDS = 1.0
THREADS = 2
"""For all streams together: pages are answered by many more threads, and must not wait for streams."""
MOST_OF_ONE = 5
MOST_OF_ALL = 1_000


class TooManyStreams(Refused):
    """{most} streams and long polls are open already. Close one, then ask again."""


class Tail:
    """The newest rows of one network, in order and without a hole, and how far they reach."""

    def __init__(self, log_id: UUID, position: int, loop: asyncio.AbstractEventLoop) -> None:
        self.log_id = log_id
        self.position = position
        self.read_until = position
        """How far the listening thread has read for it."""
        self.followers = 0
        self.is_over = False
        """Another log stands in the database: whoever follows has to begin anew."""
        self._rows: deque[Row] = deque(maxlen=REMEMBERED)
        self._before_all = position
        self._loop = loop
        self._waiting: set[asyncio.Future[None]] = set()

    @property
    def begins_after(self) -> int:
        """The position before the first row that is remembered; everything up to it is settled in the log."""
        return self._before_all

    def after(self, position: int) -> list[Row] | None:
        """The rows after a position; None where they are remembered no more. In the event loop only."""
        if position < self._before_all:
            return None
        newer = takewhile(lambda row: row.position > position, reversed(self._rows))
        return list(newer)[::-1]

    async def news(self, beyond: int, timeout_seconds: float) -> bool:
        """Wait for something after a position; False if nothing came in that time."""
        until = self._loop.time() + timeout_seconds
        while self.position <= beyond and not self.is_over:
            future: asyncio.Future[None] = self._loop.create_future()
            self._waiting.add(future)
            try:
                await asyncio.wait_for(future, max(0.0, until - self._loop.time()))
            except TimeoutError:
                return False
            finally:
                self._waiting.discard(future)
        return True

    def tell(self, rows: list[Row], *, is_over: bool = False) -> None:
        """New rows came; from the listening thread."""
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
            self._loop.call_soon_threadsafe(self._take_in, rows, is_over)

    def _take_in(self, rows: list[Row], is_over: bool) -> None:
        for row in rows:
            if len(self._rows) == REMEMBERED:
                self._before_all = self._rows[0].position
            self._rows.append(row)
        self.position = rows[-1].position if rows else self.position
        self.is_over = self.is_over or is_over
        for future in self._waiting:
            if not future.done():
                future.set_result(None)


class Tails:
    """The tails of one process, and how many streams each consumer holds open."""

    def __init__(self, datastore: Datastore, conninfo: str, *, poll_seconds: float = POLL_SECONDS) -> None:
        """`poll_seconds`: how long at most until something new is noticed without a hint."""
        self._datastore, self._conninfo, self._poll_seconds = datastore, conninfo, poll_seconds
        self._lock = threading.Lock()
        self._tails: dict[UUID, Tail] = {}
        self._readers: dict[UUID, Reader] = {}
        self._open: Counter[UUID] = Counter()
        self._stopping = threading.Event()
        self.is_ending = False
        """The process ends: nobody waits here any more."""
        self._thread: threading.Thread | None = None
        self._threads: tuple[asyncio.AbstractEventLoop, anyio.CapacityLimiter] | None = None

    def let_go(self) -> None:
        """Let all who wait go, since the process ends: a stream comes to its end, a long poll to its answer."""
        self.is_ending = True
        with self._lock:
            tails = list(self._tails.values())
        for tail in tails:
            tail.tell([], is_over=True)

    def close(self) -> None:
        """Stop listening; streams that are open end with their connections."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def reader_of(self, network_id: UUID) -> Reader:
        """The network's reader, which remembers what has settled."""
        with self._lock:
            if network_id not in self._readers:
                self._readers[network_id] = Reader(self._datastore, network_id=network_id)
            return self._readers[network_id]

    @contextmanager
    def counted(self, consumer_id: UUID) -> Iterator[None]:
        """Hold one place while a stream or long poll is open; TooManyStreams where none is left. In the loop only."""
        most = MOST_OF_ALL if self._open.total() >= MOST_OF_ALL else MOST_OF_ONE
        if self._open.total() >= MOST_OF_ALL or self._open[consumer_id] >= MOST_OF_ONE:
            raise TooManyStreams(most=most)
        self._open[consumer_id] += 1
        try:
            yield
        finally:
            self._open[consumer_id] -= 1
            if not self._open[consumer_id]:
                del self._open[consumer_id]

    async def in_thread(self, ask: Callable[..., T], *arguments: Any) -> T:
        """Ask something that waits for the database, in one of the few threads of streams."""
        loop = asyncio.get_running_loop()
        if self._threads is None or self._threads[0] is not loop:
            self._threads = (loop, anyio.CapacityLimiter(THREADS))
        return await anyio.to_thread.run_sync(ask, *arguments, limiter=self._threads[1])

    @asynccontextmanager
    async def following(self, network_id: UUID) -> AsyncIterator[Tail]:
        """The network's tail, kept up to date while somebody follows it."""
        tail = self._tails.get(network_id)
        if tail is None or tail.is_over:
            begins = await self.in_thread(self._beginning, network_id)
            tail = self._tails.get(network_id)  # somebody else may have been quicker
            if tail is None or tail.is_over:
                tail = self._begun(network_id, *begins)
        tail.followers += 1
        try:
            yield tail
        finally:
            tail.followers -= 1
            if not tail.followers and self._tails.get(network_id) is tail:
                del self._tails[network_id]

    def _beginning(self, network_id: UUID) -> tuple[UUID, int]:
        """Where a tail begins: nothing at or before it is missing from the log, so nothing will appear there."""
        reader = self.reader_of(network_id)
        log_id: UUID = reader.gaps.query(log_id_of)
        head = reader.head()
        return log_id, head if reader.gaps.settle(1.0) else reader.gaps.settled

    def _begun(self, network_id: UUID, log_id: UUID, position: int) -> Tail:
        tail = Tail(log_id, position, asyncio.get_running_loop())
        with self._lock:
            self._tails[network_id] = tail
        tail.is_over = self.is_ending  # asked after it was noted, so that `let_go` misses none
        if self._thread is None:
            self._thread = threading.Thread(target=self._listen, name="tails", daemon=True)
            self._thread.start()
        return tail

    def _listen(self) -> None:
        for _ in wakes(self._conninfo, self._stopping, poll_seconds=self._poll_seconds):
            with self._lock:
                followed = list(self._tails.items())
            for network_id, tail in followed:
                with suppress(PersistenceError, Error):  # the next round asks again
                    self._refresh(network_id, tail)

    def _refresh(self, network_id: UUID, tail: Tail) -> None:
        reader = self.reader_of(network_id)
        if reader.gaps.query(log_id_of) != tail.log_id:
            tail.tell([], is_over=True)
            return
        while rows := reader.rows(tail.read_until, PAGE):
            tail.read_until = rows[-1].position
            tail.tell(rows)
