"""Every attempt at a delivery: begun before the first byte leaves, ended with status, time and size."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from store.webhooks.queue import Delivery


class Attempt(NamedTuple):
    """One try. Neither status nor failure: it was begun, and nobody lived to note its end."""

    attempt_id: int
    delivery_id: UUID
    tried_at: datetime
    status: int | None
    failure: str | None
    duration_ms: int | None
    answer_bytes: int | None
    next_try_at: datetime | None


class Shown(NamedTuple):
    """A delivery with its attempts, oldest first, as the pages and the API show it."""

    delivery_id: UUID
    sequence: int
    kind: str
    position: int | None
    queued_at: datetime
    next_try_at: datetime
    settled_at: datetime | None
    result: str | None
    attempts: tuple[Attempt, ...]


def begin(connection: Connection[Any], delivery: Delivery, endpoint_id: UUID, now: datetime) -> int | None:
    """Note a try that begins; None where somebody else has tried or settled it since it was looked up."""
    row = connection.execute(
        """
        WITH begun AS (
            UPDATE webhook_delivery
               SET tries = tries + 1
             WHERE delivery_id = %(delivery_id)s AND tries = %(tries)s AND settled_at IS NULL
            RETURNING delivery_id, network_id
        )
        INSERT INTO webhook_attempt (delivery_id, network_id, endpoint_id, tried_at)
        SELECT delivery_id, network_id, %(endpoint_id)s, %(now)s
          FROM begun
        RETURNING attempt_id
        """,
        {"delivery_id": delivery.delivery_id, "tries": delivery.tries, "endpoint_id": endpoint_id, "now": now},
    ).fetchone()
    return row[0] if row else None


def note_unsent(
    connection: Connection[Any], delivery: Delivery, endpoint_id: UUID, now: datetime, *, failure: str,
    next_try_at: datetime,
) -> None:  # fmt: skip
    """Note a try that ended before anything was sent."""
    connection.execute(
        """
        INSERT INTO webhook_attempt (delivery_id, network_id, endpoint_id, tried_at, failure, next_try_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        [delivery.delivery_id, delivery.network_id, endpoint_id, now, failure, next_try_at],
    )


def end(
    connection: Connection[Any], attempt_id: int, *, status: int | None, failure: str | None, duration_ms: int,
    answer_bytes: int, next_try_at: datetime | None,
) -> None:  # fmt: skip
    """Note what came of it."""
    connection.execute(
        """
        UPDATE webhook_attempt
           SET status = %s, failure = %s, duration_ms = %s, answer_bytes = %s, next_try_at = %s
         WHERE attempt_id = %s
        """,
        [status, failure, duration_ms, answer_bytes, next_try_at, attempt_id],
    )


def end_delivered(
    connection: Connection[Any], attempt_id: int, *, status: int | None, duration_ms: int, answer_bytes: int,
    now: datetime, disclosure_id: int | None,
) -> None:  # fmt: skip
    """Note that it arrived, of the disclosure too, and settle the delivery, in one round trip: most of them do."""
    connection.execute(
        """
        WITH ended AS (
            UPDATE webhook_attempt
               SET status = %s, duration_ms = %s, answer_bytes = %s
             WHERE attempt_id = %s
            RETURNING delivery_id, network_id
        ),
        arrived AS (
            INSERT INTO disclosure_arrival (disclosure_id, network_id)
            SELECT disclosure_id, network_id
              FROM ended, unnest(%s::bigint[]) AS noted (disclosure_id)
                ON CONFLICT DO NOTHING
        )
        UPDATE webhook_delivery AS held
           SET settled_at = %s, result = 'delivered'
          FROM ended
         WHERE held.delivery_id = ended.delivery_id AND held.settled_at IS NULL
        """,
        [status, duration_ms, answer_bytes, attempt_id, [] if disclosure_id is None else [disclosure_id], now],
    )


def shown(connection: Connection[Any], subscriber_id: UUID, *, before: int | None, most: int) -> list[Shown]:
    """The newest deliveries before a place in the queue, newest first, each with its attempts."""
    cursor = connection.cursor(row_factory=class_row(Shown))
    deliveries = cursor.execute(
        """
        SELECT delivery_id, sequence, kind, position, queued_at, next_try_at, settled_at, result,
               '{}'::text[] AS attempts
          FROM webhook_delivery
         WHERE subscriber_id = %s AND network_id = (SELECT network_in_force()) AND sequence < %s
         ORDER BY sequence DESC
         LIMIT %s
        """,
        [subscriber_id, before if before is not None else 2**63 - 1, most],
    ).fetchall()
    attempts = _attempts(connection, [one.delivery_id for one in deliveries])
    return [one._replace(attempts=tuple(attempts.get(one.delivery_id, ()))) for one in deliveries]


def _attempts(connection: Connection[Any], delivery_ids: list[UUID]) -> dict[UUID, list[Attempt]]:
    cursor = connection.cursor(row_factory=class_row(Attempt))
    rows = cursor.execute(
        """
        SELECT attempt_id, delivery_id, tried_at, status, failure, duration_ms, answer_bytes, next_try_at
          FROM webhook_attempt
         WHERE delivery_id = ANY(%s)
         ORDER BY attempt_id
        """,
        [delivery_ids],
    )
    found: dict[UUID, list[Attempt]] = {}
    for attempt in rows:
        found.setdefault(attempt.delivery_id, []).append(attempt)
    return found
