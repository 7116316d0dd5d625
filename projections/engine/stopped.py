"""Runners that stopped in the middle of a write: what they hold is taken from them, so that another may go on.

PostgreSQL itself ends a transaction in which nothing comes for five seconds (`idle_in_transaction_session_timeout`),
but not one that stopped within a row of statements sent at once: to the server it is at work, or between two pieces of
work, and waits for the rest. The row of the lease would stay locked for as long as that process, or its machine,
stands still.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection
from psycopg.errors import LockNotAvailable

PATIENCE_SECONDS = 5
END_STOPPED = """
    SELECT count(pg_terminate_backend(pid))
      FROM pg_stat_activity
     WHERE datname = current_database()
       AND usename = current_user
       AND pid <> pg_backend_pid()
       AND state IN ('active', 'idle in transaction')
       AND wait_event = 'ClientRead'
       AND state_change < clock_timestamp() - make_interval(secs => %s)
       AND ltrim(query) NOT ILIKE 'copy%%'
"""


def end_stopped(connection: Connection[Any], seconds: float = PATIENCE_SECONDS) -> int:
    """End those of our own role who have left the server waiting for so long amid a row of statements; how many.

    One that lives begins anew: nothing of what it was writing is kept, and its place is where it was.
    """
    ((ended,),) = connection.execute(END_STOPPED, [seconds]).fetchall()
    return int(ended)


@contextmanager
def locks_within_reach(connection: Connection[Any]) -> Iterator[None]:
    """A transaction that waits so long for a lock; LockNotAvailable, once whoever stopped with it is ended."""
    try:
        with connection.transaction():
            connection.execute(f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS}s'".encode())
            yield
    except LockNotAvailable:
        end_stopped(connection)
        raise
