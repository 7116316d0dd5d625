"""What one connection of a worker does: leases taken, pages of the log applied, signs of life given."""

import os
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar
from uuid import uuid4

import psycopg
import structlog
from psycopg import Connection

from projections.engine.garbage import collected_later
from projections.engine.lease import Lease, LeaseWasLost, Move, give_back, move_all
from projections.engine.pages import Page, read_page
from projections.engine.parking import asked_to_replay
from projections.engine.source import Entry, Source
from store.connections import is_crowded

BEAT_SECONDS = 2.0
OPTIONS = (
    "-c synchronous_commit=off -c idle_in_transaction_session_timeout=5s"
    " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
)
LOOK_SECONDS = 0.5
"""How often a lease that another process holds is asked for."""
REST_SECONDS = 5.0

OpenSource = Callable[[], AbstractContextManager[Source]]
Wait = Callable[[float], None]
"""Sleep until something was appended, at most so many seconds. A wake-up is a hint; the log is read anyway."""

log = structlog.get_logger(__name__)


def connect(work_url: str) -> Connection[Any]:
    """A connection of the workers' role that notices a server that is gone.

    Its commits do not wait for the disk: rows and checkpoint stand or fall together, and what a crash of the server
    takes away is folded again from the log. Appends do wait. The server, too, notices a machine that is gone, and ends
    a transaction in which nothing comes: else what it held would be held for hours.
    """
    try:
        return psycopg.connect(
            work_url, autocommit=True, connect_timeout=5, keepalives_idle=5, keepalives_interval=2, keepalives_count=3,
            tcp_user_timeout=10_000, application_name="throughline project", options=OPTIONS,
        )  # fmt: skip
    except psycopg.OperationalError as error:
        if is_crowded(error):
            raise psycopg.errors.TooManyConnections(str(error)) from None
        raise


def new_holder() -> str:
    """A name for this process that no other has or had: leases are told apart by it."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


class Known(Protocol):
    """What follows the log under a name: a version of a read model, or a policy."""

    @property
    def known_as(self) -> str: ...


class Follower(Protocol):
    """One of them under its lease."""

    lease: Lease

    position: int

    @property
    def stored_names(self) -> frozenset[str]: ...
    def apply(self, entries: Sequence[Entry], *, last: int, head: int) -> int: ...
    def beat(self, head: int) -> None: ...
    def replay_what_was_asked(self, source: Source) -> int: ...


K = TypeVar("K", bound=Known)
F = TypeVar("F", bound=Follower)
Begin = Callable[[Connection[Any], K, str], F | None]
"""Take the lease of one of them for a holder; None while somebody else has it, or nothing is there to fill yet."""
Together = Callable[[Connection[Any], Sequence[F], Page], None]
"""Take a page in for as many as possible at once; those that stay behind it take it in one by one."""


class Shift(Generic[K, F]):
    """Keeps all of them at the head of the log as far as leases allow. One that fails rests a while."""

    def __init__(
        self,
        connection: Connection[Any],
        source: Source,
        all_known: Sequence[K],
        begin: Begin[K, F],
        together: Together[F],
        *,
        page: int,
    ) -> None:
        self._connection = connection
        self._source = source
        self._all_known = all_known
        self._begin = begin
        self._together = together
        self._holder = new_holder()
        self._page = page
        self._followers: dict[str, F] = {}
        self._resting_until: dict[str, float] = {}
        self._next_beat = 0.0
        self._next_look = 0.0

    def do_some(self) -> bool:
        """Apply at most one page; whether there was one."""
        now = time.monotonic()
        if len(self._followers) < len(self._all_known) and now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            self._take_leases()
        if now >= self._next_beat:
            self._next_beat = now + BEAT_SECONDS
            self._beat()
        if not self._followers:
            return False
        with collected_later():
            return self._take_a_page_in()

    def _take_a_page_in(self) -> bool:
        page = read_page(self._source, list(self._followers.values()), limit=self._page)
        if page is None:
            return False
        self._together(self._connection, list(self._followers.values()), page)
        for name, follower in list(self._followers.items()):
            if follower.position < page.last:
                self._guarded(name, lambda f=follower: f.apply(page.entries, last=page.last, head=page.head))  # type: ignore[misc]
        return True

    def end(self) -> None:
        """Let the next process begin at once."""
        for follower in self._followers.values():
            give_back(self._connection, follower.lease)

    def _take_leases(self) -> None:
        for known in self._all_known:
            name = known.known_as
            if name in self._followers or time.monotonic() < self._resting_until.get(name, 0):
                continue
            if (follower := self._begin(self._connection, known, self._holder)) is not None:
                self._followers[name] = follower

    def _beat(self) -> None:
        """All signs of life in one statement, and one question for what was asked: this runs between two pages."""
        head = self._source.head()
        if not _beat_together(self._connection, list(self._followers.values()), head):
            for name, follower in list(self._followers.items()):
                self._guarded(name, lambda f=follower: f.beat(head))  # type: ignore[misc]
        asked = asked_to_replay(self._connection)
        for name, follower in list(self._followers.items()):
            if follower.lease[:2] in asked:
                self._guarded(name, lambda f=follower: f.replay_what_was_asked(self._source))  # type: ignore[misc]

    def _guarded(self, name: str, act: Callable[[], object]) -> None:
        """A failure stops this one for a while, unless it is the connection that failed."""
        try:
            act()
        except LeaseWasLost:
            self._followers.pop(name, None)
        except Exception as error:
            if self._connection.closed or isinstance(error, psycopg.OperationalError):
                raise
            self._resting_until[name] = time.monotonic() + REST_SECONDS
            self._followers.pop(name, None)
            log.error("follower_rests", follower=name, failure=type(error).__name__, seconds=REST_SECONDS)


def _beat_together(connection: Connection[Any], followers: Sequence[Follower], head: int) -> bool:
    """False where one of them has lost its lease: then nobody has given a sign of life."""
    if not followers:
        return True
    moves = [Move(one.lease, one.position, one.position) for one in followers]
    try:
        with connection.transaction():
            move_all(connection, moves, head=head)()
    except LeaseWasLost:
        return False
    return True
