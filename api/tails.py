"""The newest events of each network that somebody follows, kept in the process and told to all who wait for them.

One thread listens for new events and reads them once per network; two hundred streams cost it no more than one. Those
who wait are woken in the event loop and look at the rows there: a stream that nothing new concerns asks no database.
"""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import takewhile
from math import ceil
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import anyio
from eventsourcing.persistence import PersistenceError
from psycopg import Error

from api.bounded_wait import SECONDS
from api.noting import Noting
from api.sending import Sending
from api.turns import Turns
from domain.refusal import Refused
from domain.subscriber.subscriber import Way
from store import patience
from store.datastore import Datastore
from store.disclosures import Outgoing, disclose_to_holders
from store.feed import log_id_of
from store.reader import Reader
from store.row import Row
from store.wake import wakes

T = TypeVar("T")
REMEMBERED = 2_000
PAGE = 500
POLL_SECONDS = 1.0
TOGETHER_SECONDS = 0.02
THREADS = 2
"""For all streams together: pages are answered by many more threads, and must not wait for streams."""
CLOSING_SECONDS = 1.0
MOST_OF_ONE = 5
MOST_OF_ALL = 1_000


class TooManyStreams(Refused):
    """{most} streams and long polls are open already. Close one, then ask again."""


class Tail:
    """The newest rows of one network, in order and without a hole, and how far they reach."""

    def __init__(
        self, log_id: UUID, position: int, loop: asyncio.AbstractEventLoop, sending: Sending, turns: Turns
    ) -> None:
        self.log_id = log_id
        self.sending = sending
        self._turns = turns
        self.position = position
        self.read_until = position
        """How far the listening thread has read for it."""
        self.followers = 0
        self.is_over = False
        """Another log stands in the database: whoever follows has to begin anew."""
        self._rows: deque[Row] = deque(maxlen=REMEMBERED)
        self._before_all = position
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: dict[asyncio.Future[None], tuple[int, float]] = {}
        """Beyond which position something has to come for each, and not before which moment it is to hear of it."""

    @property
    def begins_after(self) -> int:
        """The position before the first row that is remembered; everything up to it is settled in the log."""
        return self._before_all

    def now(self) -> float:
        """The moment by the loop's clock."""
        return self._loop.time()

    def after(self, position: int) -> list[Row] | None:
        """The rows after a position; None where they are remembered no more. In the event loop only."""
        if position < self._before_all:
            return None
        newer = takewhile(lambda row: row.position > position, reversed(self._rows))
        return list(newer)[::-1]

    async def news(self, beyond: int, *, not_before: float = 0.0) -> None:
        """Wait for something after a position, and for a moment of the loop's clock where that is still to come."""
        while not self._is_due(beyond, not_before):
            future: asyncio.Future[None] = self._loop.create_future()
            self._waiting[future] = (beyond, not_before)
            if self.position > beyond:
                self._wake_at(not_before)
            try:
                await future
            finally:
                self._waiting.pop(future, None)

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
        self._wake()

    def _is_due(self, beyond: int, not_before: float) -> bool:
        return self.is_over or (self.position > beyond and self._loop.time() >= not_before)

    def _wake(self) -> None:
        """Wake whom something came for; those whose moment is still to come, then."""
        due: list[asyncio.Future[None]] = []
        for future, (beyond, at) in self._waiting.items():
            if self._is_due(beyond, at):
                due.append(future)
            elif self.position > beyond:
                self._wake_at(at)
        for future in due:
            del self._waiting[future]
        if self.is_over:  # a process that ends has no time for turns
            _let_go_at_once(due)
        else:
            self._turns.let_go((future, None) for future in due)

    def _wake_at(self, moment: float) -> None:
        """One timer for all, and not for each a little later than for the one before."""
        at = ceil(moment / TOGETHER_SECONDS) * TOGETHER_SECONDS
        if self._timer is None or at < self._timer.when():
            self._forget_timer()
            self._timer = self._loop.call_at(at, self._time_has_come)

    def _time_has_come(self) -> None:
        self._forget_timer()
        self._wake()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _let_go_at_once(waiting: list[asyncio.Future[None]]) -> None:
    for future in waiting:
        if not future.done():
            future.set_result(None)


def _asked(ask: Callable[..., T], *arguments: Any) -> T:
    """With patience for this question: a stream goes on for hours, and standing in line is not the database's."""
    patience.begin(SECONDS)
    return ask(*arguments)


class InLoop(NamedTuple):
    """What belongs to one event loop."""

    loop: asyncio.AbstractEventLoop
    limiter: anyio.CapacityLimiter
    turns: Turns
    noting: Noting


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
        self._of_loop: InLoop | None = None

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
            self._thread.join(CLOSING_SECONDS)

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
        limiter = self._in_loop(asyncio.get_running_loop()).limiter
        return await anyio.to_thread.run_sync(_asked, ask, *arguments, limiter=limiter)

    def _in_loop(self, loop: asyncio.AbstractEventLoop) -> "InLoop":
        if self._of_loop is None or self._of_loop.loop is not loop:
            turns = Turns()
            self._of_loop = InLoop(loop, anyio.CapacityLimiter(THREADS), turns, Noting(self._note, turns))
        return self._of_loop

    async def _note(self, batches: Sequence[Outgoing]) -> list[bool]:
        """In a thread beside those of streams: it is what most of them wait for."""
        patience.begin(SECONDS)
        return await anyio.to_thread.run_sync(
            disclose_to_holders, self._datastore, Way.FEED, batches, limiter=anyio.CapacityLimiter(1)
        )

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
        of_loop = self._in_loop(asyncio.get_running_loop())
        sending = Sending(self._datastore, network_id, of_loop.noting, self.in_thread)
        tail = Tail(log_id, position, of_loop.loop, sending, of_loop.turns)
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
