"""The position of a read model that several members fill: as far as all of its partitions have come."""

from typing import Any

from psycopg import Connection

from projections.engine.group.partition import GROUP
from projections.engine.lease import LEASE_SECONDS

SWEPT_AT_ONCE = 5_000


def raise_floor(connection: Connection[Any], head: int) -> None:
    """Move every read model of the group to the least position of its partitions, and renew the group's lease.

    The position only rises, and only once every partition has said how far it came. Whoever finds another member
    at it leaves it to that one. As long ago as the quietest partition gave a sign of life, so long ago did the
    read model: one that nobody looks after shows.
    """
    connection.execute(
        """
        WITH floor AS (
            SELECT read_model, version, min(position) AS position, min(heartbeat_at) AS heartbeat_at
              FROM read_models.topic_partition
             GROUP BY read_model, version
            HAVING count(*) = max(partitions) AND min(partitions) = max(partitions)),
        free AS (
            SELECT read_model, version
              FROM read_models.checkpoint
             WHERE NOT is_shadow
               AND holder = %(group)s
             ORDER BY read_model, version
               FOR UPDATE SKIP LOCKED)
        UPDATE read_models.checkpoint AS known
           SET position = greatest(known.position, floor.position),
               head = greatest(known.head, floor.position, %(head)s),
               heartbeat_at = greatest(known.heartbeat_at, floor.heartbeat_at),
               leased_until = clock_timestamp() + make_interval(secs => %(seconds)s)
          FROM free
          LEFT JOIN floor ON (floor.read_model, floor.version) = (free.read_model, free.version)
         WHERE (known.read_model, known.version) = (free.read_model, free.version)
           AND NOT known.is_shadow
        """,
        {"group": GROUP, "head": head, "seconds": LEASE_SECONDS},
    )


def sweep(connection: Connection[Any]) -> None:
    """Drop what is known of single streams where the read model itself has come as far."""
    connection.execute(
        """
        DELETE FROM read_models.stream_ahead AS ahead
         USING (
            SELECT known.read_model, known.version, known.stream_id
              FROM read_models.stream_ahead AS known
              JOIN read_models.checkpoint AS checkpoint
                   ON (checkpoint.read_model, checkpoint.version) = (known.read_model, known.version)
             WHERE NOT checkpoint.is_shadow
               AND known.position <= checkpoint.position
             LIMIT %(limit)s
               FOR UPDATE OF known SKIP LOCKED) AS reached
         WHERE (ahead.read_model, ahead.version, ahead.stream_id)
             = (reached.read_model, reached.version, reached.stream_id)
        """,
        {"limit": SWEPT_AT_ONCE},
    )
