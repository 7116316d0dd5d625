"""The connections of one process to its database, under one role."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing import persistence
from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus

from store.connections import Connections

# An append holds readers back while it is open. The server ends one whose client stopped or vanished: nothing on the
# reader's side may pass it, because it could still commit. Every query finds its rows by key, so one plan fits all:
# planning the timeline anew for each page took longer than reading it.
SESSION = {
    "idle_in_transaction_session_timeout": "5s",
    "lock_timeout": "10s",
    "timezone": "UTC",
    "plan_cache_mode": "force_generic_plan",
}
LONGEST_STATEMENT = "30s"  # of reading; an append can only be slow by waiting for a lock, and a timer costs it 5 %
WHOSE_HISTORY = "SELECT pg_postmaster_start_time(), oid FROM pg_database WHERE datname = current_database()"
CLOSING_SECONDS = 1.0
CONNECT_SECONDS = 5
"""How long a try to connect may take where nobody answers."""
TRY_AGAIN_SECONDS = 10.0
"""After so long a row of tries begins anew: the pauses between them double, and a server that came back after a long
rest would be asked for a minute or two later only."""
LIBRARY_ERRORS: dict[type[psycopg.Error], type[Exception]] = {
    psycopg.InterfaceError: persistence.InterfaceError,
    psycopg.OperationalError: persistence.OperationalError,
    psycopg.DataError: persistence.DataError,
    psycopg.IntegrityError: persistence.IntegrityError,
    psycopg.InternalError: persistence.InternalError,
    psycopg.ProgrammingError: persistence.ProgrammingError,
    psycopg.NotSupportedError: persistence.NotSupportedError,
    psycopg.DatabaseError: persistence.DatabaseError,
}


class Histories:
    """Tells listeners when a new connection leads to another server, or another database, than those before it.

    What is remembered may then be ahead of the log: the server may be an older copy. A server that started anew counts
    as another. A pool that only grows, which it does when most is to be done, makes nobody forget anything.
    """

    def __init__(self, listeners: Sequence[Callable[[], None]]) -> None:
        self._listeners = listeners
        self._known: tuple[Any, ...] | None = None
        self._lock = threading.Lock()

    def __call__(self, connection: Connection[Any]) -> None:
        found = connection.execute(WHOSE_HISTORY).fetchone()
        with self._lock:
            if found == self._known:
                return
            self._known = found
            for listener in self._listeners:
                listener()


class Datastore(PostgresDatastore):
    """A pool made from one address. The library's own takes host and port apart and knows no session settings."""

    def __init__(
        self,
        conninfo: str,
        *,
        min_size: int = 1,
        max_size: int = 10,
        name: str = "throughline",
        timeout: float = 10,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """`settings` of the session besides those of every connection."""
        self.schema = "public"
        self.originator_id_type = "uuid"
        self.enable_db_functions = False  # they lose events for subscribers
        self.lock_timeout = 0
        self.pool_open_timeout = None
        self.db_type_names = set()
        self.psycopg_type_adapters = {}
        self.psycopg_python_types = {}
        self.on_another_history: list[Callable[[], None]] = []
        options = " ".join(f"-c {setting}={value}" for setting, value in (SESSION | dict(settings or {})).items())
        self.conninfo = make_conninfo(conninfo, options=options, application_name=name, tcp_user_timeout=10_000)
        self._new_pool: Callable[[], Connections] = partial(
            Connections,
            self.conninfo,
            kwargs={"autocommit": True, "connect_timeout": CONNECT_SECONDS},
            min_size=min_size,
            max_size=max_size,
            open=False,
            configure=Histories(self.on_another_history),  # not self: the pool would keep the datastore alive
            timeout=timeout,
            reconnect_timeout=TRY_AGAIN_SECONDS,
            name=name,
        )
        self.pool = self._new_pool()  # type: ignore[assignment]  # the library's subclass only adds changing passwords
        self._process = os.getpid()
        self._fork = threading.Lock()

    def close(self) -> None:
        """Close what is at rest. Threads that wait for a database that does not answer are left behind."""
        self.pool.close(timeout=CLOSING_SECONDS)

    def register_type_adapters(self) -> None:
        """None: events travel as arrays of plain columns, not as the library's composite type."""

    @contextmanager
    def get_connection(self) -> Iterator[Connection[Any]]:
        """A connection in autocommit; errors come out under the library's names."""
        connection: Connection[Any] | None = None
        try:
            # Not `pool.connection()`: in autocommit there is nothing to commit, and three context managers to save.
            connection = self._opened().getconn()
            yield connection
        except psycopg.Error as error:
            raise in_library_terms(error) from error
        finally:
            if connection is not None:
                self.pool.putconn(connection)

    @property
    def is_crowded_out(self) -> bool:
        """Whether the server took no further connection when it was last asked for one."""
        return self._opened().is_crowded_out

    def take(self) -> Connection[Any]:
        """The same without a context, for the append; `give_back` must follow."""
        try:
            return self._opened().getconn()
        except psycopg.Error as error:
            raise in_library_terms(error) from error

    def give_back(self, connection: Connection[Any]) -> None:
        self.pool.putconn(connection)

    @contextmanager
    def in_network(self, network_id: UUID, *, read_only: bool = True) -> Iterator[Connection[Any]]:
        """A transaction with the network in force, without which every walled table looks empty."""
        mode = "READ ONLY" if read_only else "READ WRITE"
        connection = self._opened().getconn()
        try:
            # One round trip for both; the id is a UUID, so it can stand in the text.
            say(
                connection,
                f"BEGIN {mode}; SET LOCAL throughline.network_id = '{UUID(str(network_id))}';"
                f"SET LOCAL statement_timeout = '{LONGEST_STATEMENT}'",
            )
            try:
                yield connection
            except BaseException:
                if not connection.closed:
                    connection.execute("ROLLBACK")
                raise
            say(connection, "COMMIT")
        finally:
            self.pool.putconn(connection)

    def _opened(self) -> Connections:
        if self._process != os.getpid():
            self._leave_to_parent()
        if self.pool.closed:
            self.pool.open()
        return self.pool  # type: ignore[return-value]  # the library names its own

    def _leave_to_parent(self) -> None:
        """In a process that was forked off: two that talk on one connection read each other's answers.

        The pool as it was is kept, and neither used nor closed: to close it would end the parent's connections.
        """
        with self._fork:
            if self._process == os.getpid():
                return
            self._of_parent, self.pool = self.pool, self._new_pool()  # type: ignore[assignment]
            self._of_parent._closed = True  # else it would end threads that are not here
            self._process = os.getpid()


def say(connection: Connection[Any], command: str) -> None:
    """A command without values and without an answer, through libpq itself; raises psycopg's errors.

    psycopg's own `execute` costs this process twice what BEGIN costs the server.
    """
    link = connection.pgconn
    answer = link.exec_(command.encode())
    if answer.status == ExecStatus.COMMAND_OK:
        return
    if link.status == ConnStatus.BAD:
        raise psycopg.OperationalError("the connection was lost")
    raise error_from_result(answer)


def in_library_terms(error: psycopg.Error) -> Exception:
    """The same error as one of the library's classes."""
    for kind, translated in LIBRARY_ERRORS.items():
        if isinstance(error, kind):
            return translated(str(error))
    return persistence.PersistenceError(str(error))
