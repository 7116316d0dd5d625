"""Why a reader of the log may trust what it does not see: holes in the positions are waited for, never passed.

A position is handed out before its transaction commits, so a later one can appear first. Every transaction that was
given a position holds RowExclusiveLock on the table until it has ended, and is visible before it lets go. So: note how
far the log reaches, ask who holds that lock, wait until each of them is gone. Holes below are then holes for good.

A writer that never ends would hold readers back, because it could still commit. The server ends it: an append is one
statement that can wait for nothing but a lock (`lock_timeout`), and a transaction left open is closed after five
seconds (`idle_in_transaction_session_timeout`); both are set for every connection of the pool. Readers never decide
that themselves. A server process that is itself stopped holds readers back until somebody wakes or kills it: late,
never wrong.
"""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from psycopg import Connection

from store.datastore import Datastore

WRITERS = """
SELECT virtualtransaction FROM pg_locks
 WHERE relation = 'public.events'::regclass AND mode = 'RowExclusiveLock' AND granted AND pid <> pg_backend_pid()
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
FIRST_POLL, LONGEST_POLL = 0.0005, 0.02


class Gaps:
    """How far the log has settled: at or below that position nothing will appear any more."""

    def __init__(self, datastore: Datastore, network_id: UUID | None = None) -> None:
        """`network_id` for a role that sees only the network in force."""
        self._datastore = datastore
        self._network_id = network_id
        self.settled = 0
        self.waits = 0
        self.waited_seconds = 0.0
        self.on_waited: Callable[[float], None] | None = None
        """Told how many seconds readers waited, each time."""

    def settle(self, patience_seconds: float) -> bool:
        """Wait for whoever was writing when we looked; False if one of them goes on for longer than that."""
        head = self.head()
        with self._datastore.get_connection() as connection:
            writers = _writers(connection)
            began = time.monotonic()
            while writers:
                waited = time.monotonic() - began
                if waited > patience_seconds:
                    self._note(waited)
                    return False
                time.sleep(min(max(FIRST_POLL, waited / 4), LONGEST_POLL))
                writers &= _writers(connection)
            self._note(time.monotonic() - began)
        self.settled = max(self.settled, head)
        return True

    def head(self) -> int:
        """The last position that can be seen now; 0 for an empty log."""
        ((last,),) = self.query(lambda connection: connection.execute("SELECT max(position) FROM events").fetchall())
        return last or 0

    def query(self, ask: Callable[[Connection[Any]], Any]) -> Any:
        """Ask with the network in force, if there is one. Each call sees what is committed by then."""
        if self._network_id is None:
            with self._datastore.get_connection() as connection:
                return ask(connection)
        with self._datastore.in_network(self._network_id) as connection:
            return ask(connection)

    def _note(self, waited: float) -> None:
        self.waits += waited > FIRST_POLL
        self.waited_seconds += waited
        if self.on_waited is not None:
            self.on_waited(waited)


def _writers(connection: Connection[Any]) -> set[str]:
    return {transaction for (transaction,) in connection.execute(WRITERS, prepare=True)}
