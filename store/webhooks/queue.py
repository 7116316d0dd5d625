"""The queue of deliveries: a window of the log per subscriber, in which no later event of a stream is due first.

The log itself is the queue. What stands here is only what is being tried, so a dead receiver costs a window of rows and
not one per event, and finding what is due is one look into an index.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

WINDOW = 1_000
"""How many deliveries of a subscriber wait at most before no more is taken from the log."""


class Kind(StrEnum):
    CHALLENGE = "challenge"
    EVENT = "event"
    AGAIN = "again"
    """An event that somebody asked for once more, under its own id."""
    TEST = "test"


class Result(StrEnum):
    DELIVERED = "delivered"
    WITHHELD = "withheld"
    """The grant no longer covers it, so it was not sent."""
    REPLACED = "replaced"
    """A challenge to an address that is no longer the subscriber's."""


class Delivery(NamedTuple):
    """One thing to post. `tries` counts what was begun since it was last put back."""

    delivery_id: UUID
    network_id: UUID
    subscriber_id: UUID
    kind: Kind
    stream_id: UUID
    position: int | None
    previous: int | None
    grant_id: UUID | None
    """In whose view `previous` was found."""
    tries: int
    stored_name: str | None
    request_id: UUID | None


class Checkpoint(NamedTuple):
    """How far the log was taken into the queue, and the last position of this subscriber's own view in it."""

    position: int
    previous: int | None
    grant_id: UUID | None
    """In whose view `previous` was found."""
    rests_until: datetime | None


class Asked(NamedTuple):
    """Who asked for something to be posted, in which request; for a test, which type of event it pretends to be."""

    by: UUID | None = None
    request_id: UUID | None = None
    stored_name: str | None = None


NOBODY_ASKED = Asked()


class Item(NamedTuple):
    """What is to be queued; a position for an event of the log."""

    delivery_id: UUID
    stream_id: UUID
    position: int | None
    previous: int | None


DUE = """
    SELECT delivery_id, network_id, subscriber_id, kind, stream_id, position, previous, grant_id,
           tries, stored_name, request_id
      FROM webhook_delivery
     WHERE subscriber_id = %(subscriber_id)s
       AND settled_at IS NULL
       AND next_try_at <= %(now)s
       AND kind = ANY(%(kinds)s)
     ORDER BY next_try_at, sequence
     LIMIT %(most)s
"""
PUT = """
    INSERT INTO webhook_delivery
           (delivery_id, network_id, subscriber_id, kind, stream_id, position, previous, grant_id, asked_by,
            request_id, stored_name, queued_at, next_try_at)
    SELECT item.delivery_id, %(network_id)s, %(subscriber_id)s, %(kind)s, item.stream_id, item.position, item.previous,
           %(grant_id)s, %(by)s, %(request_id)s, %(stored_name)s, %(now)s,
           greatest(%(now)s, (SELECT max(earlier.next_try_at)
                                FROM webhook_delivery AS earlier
                               WHERE earlier.subscriber_id = %(subscriber_id)s
                                 AND earlier.stream_id = item.stream_id
                                 AND earlier.settled_at IS NULL))
      FROM unnest(%(delivery_ids)s::uuid[], %(stream_ids)s::uuid[], %(positions)s::bigint[], %(previous)s::bigint[])
           WITH ORDINALITY AS item (delivery_id, stream_id, position, previous, place)
     ORDER BY item.place
        ON CONFLICT (delivery_id) DO NOTHING
"""


def checkpoint_of(connection: Connection[Any], subscriber_id: UUID) -> Checkpoint | None:
    """Where a subscriber's queue stands; None before it began."""
    cursor = connection.cursor(row_factory=class_row(Checkpoint))
    query = "SELECT position, previous, grant_id, rests_until FROM webhook_checkpoint WHERE subscriber_id = %s"
    return cursor.execute(query, [subscriber_id]).fetchone()


def begin_at(
    connection: Connection[Any], subscriber_id: UUID, network_id: UUID, position: int, previous: int | None
) -> None:
    """Begin a subscriber's queue behind a position, unless it has begun."""
    connection.execute(
        """
        INSERT INTO webhook_checkpoint (subscriber_id, network_id, position, previous)
        VALUES (%s, %s, %s, %s)
            ON CONFLICT (subscriber_id) DO NOTHING
        """,
        [subscriber_id, network_id, position, previous],
    )


def take_in(
    connection: Connection[Any], subscriber_id: UUID, network_id: UUID, items: Sequence[Item], *, before: int,
    after: Checkpoint, now: datetime,
) -> bool:  # fmt: skip
    """Queue events and move the checkpoint in one transaction; False, and nothing done, where another was quicker."""
    with connection.transaction():
        moved = connection.execute(
            """
            UPDATE webhook_checkpoint
               SET position = %s, previous = %s, grant_id = %s
             WHERE subscriber_id = %s AND position = %s
            """,
            [after.position, after.previous, after.grant_id, subscriber_id, before],
        )
        if moved.rowcount != 1:
            return False
        put(connection, subscriber_id, network_id, Kind.EVENT, items, now=now, grant_id=after.grant_id)
    return True


def put(
    connection: Connection[Any], subscriber_id: UUID, network_id: UUID, kind: Kind, items: Sequence[Item], *,
    now: datetime, grant_id: UUID | None = None, asked: Asked = NOBODY_ASKED,
) -> int:  # fmt: skip
    """Queue deliveries behind those of the same stream that wait; how many are new. `grant_id`: of whose view."""
    if not items:
        return 0
    return connection.execute(
        PUT,
        {
            "subscriber_id": subscriber_id,
            "network_id": network_id,
            "kind": kind,
            "grant_id": grant_id,
            **asked._asdict(),
            "now": now,
            "delivery_ids": [item.delivery_id for item in items],
            "stream_ids": [item.stream_id for item in items],
            "positions": [item.position for item in items],
            "previous": [item.previous for item in items],
        },
    ).rowcount


def waiting(connection: Connection[Any], subscriber_id: UUID, kind: Kind) -> int:
    """How many deliveries of a kind wait, up to the window."""
    ((found,),) = connection.execute(
        """
        SELECT count(*)
          FROM (SELECT
                  FROM webhook_delivery
                 WHERE subscriber_id = %s AND kind = %s AND settled_at IS NULL
                 LIMIT %s) AS waits
        """,
        [subscriber_id, kind, WINDOW],
    ).fetchall()
    return int(found)


def last_queued_for(connection: Connection[Any], request_id: UUID) -> int | None:
    """How far a request was carried out; None before its first event."""
    ((found,),) = connection.execute(
        "SELECT max(position) FROM webhook_delivery WHERE request_id = %s", [request_id]
    ).fetchall()
    return None if found is None else int(found)


def due(
    connection: Connection[Any], subscriber_id: UUID, kinds: Sequence[Kind], now: datetime, most: int
) -> list[Delivery]:
    """What may be tried now, each stream in its order."""
    cursor = connection.cursor(row_factory=class_row(Delivery))
    wanted = {"subscriber_id": subscriber_id, "kinds": list(kinds), "now": now, "most": most}
    return [found._replace(kind=Kind(found.kind)) for found in cursor.execute(DUE, wanted).fetchall()]


def with_something_due(connection: Connection[Any], now: datetime) -> set[UUID]:
    """Subscribers of every network for whom something may be tried now; for the work role."""
    rows = connection.execute(
        "SELECT DISTINCT subscriber_id FROM webhook_delivery WHERE settled_at IS NULL AND next_try_at <= %s", [now]
    )
    return {subscriber_id for (subscriber_id,) in rows}


def settle(connection: Connection[Any], delivery: Delivery, result: Result, now: datetime) -> None:
    """It is done with."""
    connection.execute(
        "UPDATE webhook_delivery SET settled_at = %s, result = %s WHERE delivery_id = %s AND settled_at IS NULL",
        [now, result, delivery.delivery_id],
    )


def put_off(connection: Connection[Any], delivery: Delivery, until: datetime) -> None:
    """Try again later, and whatever waits behind it in its stream no earlier."""
    connection.execute(
        """
        UPDATE webhook_delivery
           SET next_try_at = greatest(next_try_at, %s)
         WHERE subscriber_id = %s AND stream_id = %s AND settled_at IS NULL
        """,
        [until, delivery.subscriber_id, delivery.stream_id],
    )


def bring_back(connection: Connection[Any], subscriber_id: UUID, now: datetime, *, beyond: datetime) -> int:
    """Try now what waits for a moment that no pause reaches, with its streams; how much that was.

    The clock was ahead when it was put off, and was set back since.
    """
    return connection.execute(
        """
        UPDATE webhook_delivery AS held
           SET next_try_at = %(now)s
          FROM (SELECT DISTINCT stream_id
                  FROM webhook_delivery
                 WHERE subscriber_id = %(subscriber_id)s AND settled_at IS NULL AND next_try_at > %(beyond)s) AS put_off
         WHERE held.subscriber_id = %(subscriber_id)s
           AND held.stream_id = put_off.stream_id
           AND held.settled_at IS NULL
        """,
        {"subscriber_id": subscriber_id, "now": now, "beyond": beyond},
    ).rowcount


def replace_challenges(connection: Connection[Any], subscriber_id: UUID, *, but: UUID, now: datetime) -> None:
    """No challenge to an earlier address waits any more."""
    connection.execute(
        """
        UPDATE webhook_delivery
           SET settled_at = %s, result = 'replaced'
         WHERE subscriber_id = %s AND kind = 'challenge' AND delivery_id <> %s AND settled_at IS NULL
        """,
        [now, subscriber_id, but],
    )


def put_back(connection: Connection[Any], subscriber_id: UUID, now: datetime) -> None:
    """Everything that waits begins anew: its receiver is there again, or another one."""
    connection.execute(
        "UPDATE webhook_delivery SET tries = 0, next_try_at = %s WHERE subscriber_id = %s AND settled_at IS NULL",
        [now, subscriber_id],
    )
    rest(connection, subscriber_id, None)


def try_now(connection: Connection[Any], subscriber_id: UUID, now: datetime) -> int:
    """Bring forward whatever waits for its next try, and end a rest; how much that was. Order in a stream stays.

    A try that was asked for takes none of those that are made before the receiver is given up.
    """
    rest(connection, subscriber_id, None)
    return connection.execute(
        """
        UPDATE webhook_delivery
           SET next_try_at = %(now)s, tries = greatest(tries - 1, 0)
         WHERE subscriber_id = %(subscriber_id)s AND settled_at IS NULL AND next_try_at > %(now)s
        """,
        {"subscriber_id": subscriber_id, "now": now},
    ).rowcount


def rest(connection: Connection[Any], subscriber_id: UUID, until: datetime | None) -> None:
    """Leave the receiver alone, as it asked; None: no more."""
    connection.execute(
        "UPDATE webhook_checkpoint SET rests_until = %s WHERE subscriber_id = %s", [until, subscriber_id]
    )
