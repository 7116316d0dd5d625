"""Dropping read models of earlier releases once no process fills them any more."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from psycopg import Connection

from projections.engine.read_model import ReadModel
from projections.engine.tables_in_database import drop

UNUSED_AFTER = timedelta(hours=1)
"""Without a sign of life: the release that reads a version also runs it."""


def drop_unused(
    connection: Connection[Any], models: Sequence[ReadModel], *, unused_after: timedelta = UNUSED_AFTER
) -> list[str]:
    """Drop versions that are not of this release and have been silent that long; answers with their names.

    A place in the log without tables is a policy's: what it has done cannot be folded anew, so it is kept.
    """
    ours = {(model.name, model.version) for model in models}
    silent = connection.execute(
        """
        SELECT read_model, version
          FROM read_models.checkpoint
         WHERE EXISTS (
                   SELECT FROM pg_tables
                    WHERE schemaname = 'read_models'
                      AND starts_with(tablename, format('%%s_v%%s', read_model, version)))
         GROUP BY read_model, version
        HAVING max(heartbeat_at) < clock_timestamp() - %(unused_after)s
        """,
        {"unused_after": unused_after},
    ).fetchall()
    unused = [(name, version) for name, version in silent if (name, version) not in ours]
    for name, version in unused:
        with connection.transaction():
            drop(connection, name, version)
            for table in ("checkpoint", "parked_event", "topic_partition", "stream_ahead"):
                connection.execute(
                    f"DELETE FROM read_models.{table} WHERE read_model = %s AND version = %s".encode(),  # noqa: S608 ours
                    [name, version],
                )
    return [f"{name}_v{version}" for name, version in unused]
