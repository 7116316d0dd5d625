"""What staff were sent: planned and noted by the worker, read by the pages.

Planned in one transaction, so a notice is in one message only. Sent from here: a crash between the sending and the
note of it sends the same message again, under the same Message-ID.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection, Rollback
from psycopg.rows import class_row

from domain.reminder.message import Message
from domain.reminder.notice import Mark, Tier

CLAIM = timedelta(minutes=2)
"""How long whoever sends a message has it alone."""


class Outgoing(NamedTuple):
    """A message that waits to be sent."""

    message_id: UUID
    network_id: UUID
    recipient_id: UUID
    channel: str
    attempts: int


class Told(NamedTuple):
    """That somebody was, or was to be, told of something. `result` is None while the message waits."""

    recipient_id: UUID
    episode_id: UUID
    key: str
    due: str
    tier: str
    channel: str
    planned_at: datetime
    settled_at: datetime | None
    result: str | None

    @property
    def was_sent(self) -> bool:
        return self.result == "sent"


def told_already(connection: Connection[Any], network_id: UUID, marks: Collection[Mark]) -> set[Mark]:
    """Those of these notices that are in a message."""
    columns = list(zip(*marks, strict=True))
    if not columns:
        return set()
    names = ("recipients", "episodes", "keys", "dues", "tiers")
    rows = connection.execute(
        """
        SELECT told.recipient_id, told.episode_id, told.key, told.due, told.tier
          FROM unnest(%(recipients)s::uuid[], %(episodes)s::uuid[],
                      %(keys)s::text[], %(dues)s::text[], %(tiers)s::text[])
            AS asked (recipient_id, episode_id, key, due, tier)
          JOIN reminder_notice AS told USING (recipient_id, episode_id, key, due, tier)
         WHERE told.network_id = %(network_id)s
        """,
        {"network_id": network_id} | {name: list(values) for name, values in zip(names, columns, strict=True)},
    )
    return {Mark(recipient_id, episode_id, key, due, Tier(tier)) for recipient_id, episode_id, key, due, tier in rows}


def last_digests(connection: Connection[Any], network_id: UUID, zone: str) -> dict[UUID, date]:
    """On which day of the zone each person's last message of the day was planned."""
    rows = connection.execute(
        """
        SELECT recipient_id, (max(planned_at) AT TIME ZONE %(zone)s)::date
          FROM reminder_message
         WHERE network_id = %(network_id)s
           AND is_digest
           AND result IS DISTINCT FROM 'not_needed'
         GROUP BY recipient_id
        """,
        {"network_id": network_id, "zone": zone},
    )
    return dict(rows.fetchall())


def plan(
    connection: Connection[Any], network_id: UUID, message_id: UUID, message: Message, *, channel: str, now: datetime
) -> int:
    """Keep a message with those of its notices that are in no other; answers with how many, 0 keeping nothing."""
    kept = 0
    with connection.transaction() as transaction:
        connection.execute(
            """
            INSERT INTO reminder_message
                   (message_id, network_id, recipient_id, channel, is_digest, planned_at, next_try_at)
            VALUES (%(message_id)s, %(network_id)s, %(recipient_id)s, %(channel)s, %(is_digest)s, %(now)s, %(now)s)
            ON CONFLICT DO NOTHING
            """,
            {
                "message_id": message_id,
                "network_id": network_id,
                "recipient_id": message.recipient_id,
                "channel": channel,
                "is_digest": message.is_digest,
                "now": now,
            },
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                """
                INSERT INTO reminder_notice (network_id, recipient_id, episode_id, key, due, tier, message_id)
                VALUES (%(network_id)s, %(recipient_id)s, %(episode_id)s, %(key)s, %(due)s, %(tier)s, %(message_id)s)
                ON CONFLICT DO NOTHING
                """,
                [
                    {"network_id": network_id, "message_id": message_id, **notice.mark._asdict()}
                    for notice in message.notices
                ],
            )
            kept = cursor.rowcount
        if not kept:
            raise Rollback(transaction)
    return kept


def claim_next(connection: Connection[Any], now: datetime) -> Outgoing | None:
    """The message that has waited longest for its turn, ours alone for two minutes."""
    with connection.cursor(row_factory=class_row(Outgoing)) as cursor:
        return cursor.execute(
            """
            UPDATE reminder_message AS message
               SET attempts = attempts + 1,
                   next_try_at = %(until)s
             WHERE message_id = (
                       SELECT message_id
                         FROM reminder_message
                        WHERE settled_at IS NULL
                          AND next_try_at <= %(now)s
                        ORDER BY next_try_at, message_id
                          FOR UPDATE SKIP LOCKED
                        LIMIT 1)
            RETURNING message_id, network_id, recipient_id, channel, attempts
            """,
            {"now": now, "until": now + CLAIM},
        ).fetchone()


def marks_of(connection: Connection[Any], message_id: UUID) -> list[Mark]:
    """What a message is about."""
    rows = connection.execute(
        """
        SELECT recipient_id, episode_id, key, due, tier
          FROM reminder_notice
         WHERE message_id = %(message_id)s
         ORDER BY episode_id, key, due, tier
        """,
        {"message_id": message_id},
    )
    return [Mark(recipient_id, episode_id, key, due, Tier(tier)) for recipient_id, episode_id, key, due, tier in rows]


def forget(connection: Connection[Any], marks: Collection[Mark]) -> None:
    """Nobody is told of these in the message they were planned for: what comes to hold again is told then."""
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            DELETE FROM reminder_notice
             WHERE recipient_id = %(recipient_id)s
               AND episode_id = %(episode_id)s
               AND key = %(key)s
               AND due = %(due)s
               AND tier = %(tier)s
            """,
            [mark._asdict() for mark in marks],
        )


def settle(connection: Connection[Any], message_id: UUID, result: str, now: datetime) -> None:
    """What became of a message; it is not tried again."""
    connection.execute(
        """
        UPDATE reminder_message
           SET settled_at = %(now)s,
               result = %(result)s
         WHERE message_id = %(message_id)s
           AND settled_at IS NULL
        """,
        {"message_id": message_id, "result": result, "now": now},
    )


def try_again(connection: Connection[Any], message_id: UUID, failure: str, at: datetime) -> None:
    """It could not be sent for now."""
    connection.execute(
        """
        UPDATE reminder_message
           SET next_try_at = %(at)s,
               failure = %(failure)s
         WHERE message_id = %(message_id)s
        """,
        {"message_id": message_id, "failure": failure, "at": at},
    )


def count_of(connection: Connection[Any]) -> tuple[int, int]:
    """How many messages wait in all networks, and how many were refused, given up or had no address."""
    found = connection.execute(
        """
        SELECT count(*) FILTER (WHERE settled_at IS NULL),
               count(*) FILTER (WHERE result IN ('refused', 'given_up', 'no_address'))
          FROM reminder_message
        """
    ).fetchone()
    return (found[0], found[1]) if found else (0, 0)


def told_of(connection: Connection[Any], episodes: Sequence[UUID]) -> list[Told]:
    """Who was told of what in these episodes, the latest first; within the network in force."""
    with connection.cursor(row_factory=class_row(Told)) as cursor:
        return cursor.execute(
            """
            SELECT notice.recipient_id, notice.episode_id, notice.key, notice.due, notice.tier,
                   message.channel, message.planned_at, message.settled_at, message.result
              FROM reminder_notice AS notice
              JOIN reminder_message AS message USING (message_id)
             WHERE notice.episode_id = ANY(%(episodes)s)
             ORDER BY message.planned_at DESC, notice.key
            """,
            {"episodes": list(episodes)},
        ).fetchall()
