"""The pool of connections: the psycopg pool, with a short way for what nearly every request meets."""

import os
import select
import socket
import threading
import time
import weakref
from collections import deque
from contextlib import suppress
from functools import cached_property
from time import monotonic
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.pq import ConnStatus, TransactionStatus
from psycopg_pool import ConnectionPool

from store import patience

LOOK_SECONDS = 0.5
"""How often somebody looks whether patience has ended."""
TOO_MANY_CONNECTIONS = "53300"
CROWDED = (
    "too many clients", "too many connections", "connection slots are reserved",
    "zu viele Verbindungen", "verbleibenden Verbindungen",
    "demasiados clientes", "demasiadas conexiones", "conexiones restantes",
    "trop de clients", "trop de connexions", "emplacements de connexion",
    "troppi client", "troppe connessioni", "slot di connessione",
    "för många klienter", "för många uppkopplingar", "anslutningsslottar",
    "слишком много клиентов", "слишком много подключений", "слоты подключений",
    "забагато клієнтів", "забагато підключень", "слоти підключень",
    "クライアント数が多すぎ", "接続が多すぎ", "接続スロット",
    "최대 동시 접속", "최대 접속수", "연결 슬롯",
    "太多的客户", "连接太多", "已保留的连接位置",
    "ბევრი კლიენტია", "ბევრი კავშირი",
)  # fmt: skip
"""What a server says that takes no further connection, in the languages it speaks (`lc_messages`).

Before somebody is let in the driver hands its code on with no error (psycopg 3.3, libpq 18), so the words have to do.
"""


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

    def cut(self) -> None:
        """Let whoever waits for an answer on it, in whichever thread, go on with an error: the connection was lost.

        What the server makes of the question stays open, as with any lost reply.
        """
        with suppress(psycopg.Error, OSError):  # lost at this very moment
            if self.pgconn.status == ConnStatus.OK:
                with socket.socket(fileno=os.dup(self.fileno())) as way:
                    way.shutdown(socket.SHUT_RDWR)


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
    One that is held when the patience of whoever asked has ended is cut.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, connection_class=Attentive, **kwargs)
        self._pool = LastUsedFirst()  # the library has no setting for it
        self.is_crowded_out = False
        """Whether the last try to connect found a server that takes no further connection."""
        self._awaited: dict[Attentive, float] = {}
        """Connections of which somebody waits for an answer, and until when."""

    def getconn(self, timeout: float | None = None) -> Attentive:
        """PoolTimeout where none comes in time, or patience has ended."""
        while (connection := self._at_rest()) is not None:
            if not connection.has_heard_something() or connection.answers():
                return connection
            connection.close()
            self.putconn(connection)  # which puts another in its place
        connection = super().getconn(patience.at_most(self.timeout if timeout is None else timeout))
        with self._lock:
            self._await(connection)
        return connection

    def putconn(self, conn: Attentive) -> None:
        with self._lock:  # so that nobody cuts it once it is another's
            self._awaited.pop(conn, None)
            if conn._pool is self and self._is_good_for_another(conn) and not self._waiting and not self._closed:
                conn._pool = None
                self._pool.append(conn)
                return
        super().putconn(conn)

    def reconnect_failed(self) -> None:
        """Begin anew while somebody waits: what the library has given up it takes up at the next question only."""
        with self._lock:
            if self._waiting:
                self._maybe_grow_pool()

    def cut_overdue(self) -> None:
        """Cut what is held although the patience of whoever asked has ended."""
        with self._lock:
            for connection, until in self._awaited.items():
                if until < monotonic():
                    connection.cut()

    def _at_rest(self) -> Attentive | None:
        with self._lock:
            at_rest = self._pool
            if not at_rest or self._closed or patience.has_ended():
                return None
            connection = at_rest.popleft()
            connection._pool = self
            self._nconns_min = min(self._nconns_min, len(at_rest))  # by which the pool shrinks
            self._await(connection)
            return connection

    def _await(self, connection: Attentive) -> None:
        if (until := patience.until.get()) is not None:
            self._awaited[connection] = until

    def _connect(self, timeout: float | None = None) -> Attentive:
        try:
            connection = super()._connect(timeout)
        except psycopg.Error as error:
            self.is_crowded_out = is_crowded(error)
            raise
        self.is_crowded_out = False
        return connection

    def _start_workers(self) -> None:
        super()._start_workers()
        threading.Thread(target=_watch, args=(weakref.ref(self),), name="patience", daemon=True).start()

    def _is_good_for_another(self, conn: Attentive) -> bool:
        return (
            conn.pgconn.transaction_status == TransactionStatus.IDLE
            and conn._created_at > self._drained_at
            and conn._expire_at > monotonic()
        )


def is_crowded(error: BaseException) -> bool:
    """Whether the server has no connection left for us."""
    if not isinstance(error, psycopg.OperationalError):
        return False
    return error.sqlstate == TOO_MANY_CONNECTIONS or any(said in str(error) for said in CROWDED)


def _watch(watched: "weakref.ref[Connections]") -> None:
    while (pool := watched()) is not None and not pool.closed:
        pool.cut_overdue()
        del pool
        time.sleep(LOOK_SECONDS)
