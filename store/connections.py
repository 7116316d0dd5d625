"""The pool of connections: the psycopg pool, with a short way for what nearly every request meets."""

import select
from collections import deque
from functools import cached_property
from time import monotonic
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool


class Attentive(Connection[Any]):
    """Knows without asking the server whether it has said anything since: at rest, that is mostly that it ends."""

    @cached_property
    def _ear(self) -> "select.poll":
        ear = select.poll()
        ear.register(self.fileno(), select.POLLIN)
        return ear

    def has_heard_something(self) -> bool:
        """A third of a microsecond, where a question to the server would be a round trip."""
        return bool(self._ear.poll(0))

    def answers(self) -> bool:
        try:
            self.execute("")
        except psycopg.Error:
            return False
        return True


class LastUsedFirst(deque[Attentive]):
    """Idle connections, of which the one given back last is taken first: its server process has all it needs at hand.

    The pool goes round in turn, and every request meets a process that has rested: it costs the server a third more.
    """

    def popleft(self) -> Attentive:
        return self.pop()


class Connections(ConnectionPool[Attentive]):
    """Hands out a connection at rest, and takes back a sound one that nobody waits for, in one step each.

    The library's way through ten functions was an eighth of the Python time of a command. Whatever is out of the
    ordinary still goes that way: no connection at rest, somebody waiting, one that is broken, in a transaction or old.
    One whose server process ended at rest, as all do at a restart, is handed to nobody: each would fail a request.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, connection_class=Attentive, **kwargs)
        self._pool = LastUsedFirst()  # the library has no setting for it

    def getconn(self, timeout: float | None = None) -> Attentive:
        while (connection := self._at_rest()) is not None:
            if not connection.has_heard_something() or connection.answers():
                return connection
            connection.close()
            super().putconn(connection)  # which puts another in its place
        return super().getconn(timeout)

    def _at_rest(self) -> Attentive | None:
        with self._lock:
            at_rest = self._pool
            if not at_rest or self._closed:
                return None
            connection = at_rest.popleft()
            connection._pool = self
            self._nconns_min = min(self._nconns_min, len(at_rest))  # by which the pool shrinks
            return connection

    def putconn(self, conn: Attentive) -> None:
        if conn._pool is self and self._is_good_for_another(conn):
            with self._lock:
                if not self._waiting and not self._closed:
                    conn._pool = None
                    self._pool.append(conn)
                    return
        super().putconn(conn)

    def _is_good_for_another(self, conn: Attentive) -> bool:
        return (
            conn.pgconn.transaction_status == TransactionStatus.IDLE
            and conn._created_at > self._drained_at
            and conn._expire_at > monotonic()
        )
