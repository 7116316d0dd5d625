"""How far each Kafka topic has come in the log, and why one stands still."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

TOPIC_IS_MISSING = "TopicIsMissing"
"""The failure of a topic that nobody has made yet."""


class Parked(StrEnum):
    """Why nothing is sent to a topic until somebody says from where to send again."""

    TOPIC_WAS_DELETED = "topic_was_deleted"
    TOPIC_WAS_MADE_ANEW = "topic_was_made_anew"
    LOG_WAS_RESTORED = "log_was_restored"
    TOPIC_HAS_OTHER_PARTITIONS = "topic_has_other_partitions"


class Place(NamedTuple):
    """Where a topic stands. `topic_id` and `partitions` are None before the first look, `since` says since when it is
    parked or fails.

    Not served is one whose subscriber has ended, is paused or has no grant: it stands still without being behind.
    """

    topic: str
    subscriber_id: UUID | None
    position: int
    log_id: UUID
    topic_id: UUID | None
    parked: str | None
    failure: str | None
    since: datetime
    moved_at: datetime
    is_served: bool
    partitions: int | None

    @property
    def trouble(self) -> str | None:
        """What is wrong, for everybody's eyes: `throughline info` tells which subscriber it is. None if all is well."""
        if not self.is_served:
            return None
        name = self.topic if self.subscriber_id is None else "a subscriber's topic"
        if self.parked is not None:
            return f"{name} is parked: {self.parked}; {self.who_waits} until {self.remedy}"
        if self.failure == TOPIC_IS_MISSING:
            return f"{name} is not there yet: {self.remedy}"
        return f"{name} fails: {self.failure}" if self.failure is not None else None

    @property
    def who_waits(self) -> str:
        """Whom it leaves without news while it is parked."""
        if self.subscriber_id is not None:
            return "the subscriber gets nothing"
        return "read models that are filled from it (`work project --from kafka`) stand still"

    @property
    def remedy(self) -> str | None:
        """What somebody has to run, where nothing else helps."""
        if not self.is_served:
            return None
        if self.parked == Parked.TOPIC_WAS_DELETED:
            return "`throughline topics apply` makes it, and then `throughline work publish --from LOG_ID:0` fills it"
        if self.parked is not None:
            return "`throughline work publish --from LOG_ID:0`; unless it is empty, first delete it and make it anew"
        return "`throughline topics apply` makes it" if self.failure == TOPIC_IS_MISSING else None


class ErasedStream(NamedTuple):
    """A stream of an erased person, whose last state is still out."""

    network_id: UUID
    person_id: UUID
    stream_id: UUID


def places(connection: Connection[Any]) -> dict[str, Place]:
    """All topics that were ever published, by name."""
    found = connection.cursor(row_factory=class_row(Place)).execute(
        """
        SELECT topic, subscriber_id, position, log_id, topic_id, parked, failure, since, moved_at, is_served, partitions
          FROM publish_checkpoint
         ORDER BY topic
        """
    )
    return {place.topic: place for place in found}


def delivered_up_to(connection: Connection[Any], topic: str, log_id: UUID) -> int:
    """The position up to which a topic has every event of this log; 0 for one that nobody writes."""
    found = connection.execute(
        "SELECT position FROM publish_checkpoint WHERE topic = %s AND log_id = %s AND parked IS NULL", [topic, log_id]
    ).fetchone()
    return int(found[0]) if found else 0


def begin_place(
    connection: Connection[Any], topic: str, *, subscriber_id: UUID | None, position: int, log_id: UUID
) -> None:
    """Give a topic its place unless it has one."""
    connection.execute(
        """
        INSERT INTO publish_checkpoint (topic, subscriber_id, position, log_id)
        VALUES (%s, %s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        [topic, subscriber_id, position, log_id],
    )


def note_served(connection: Connection[Any], topics: Collection[str]) -> None:
    """These are written now, and no others."""
    connection.execute(
        """
        UPDATE publish_checkpoint
           SET is_served = NOT is_served
         WHERE is_served <> (topic = ANY(%s))
        """,
        [list(topics)],
    )


def move_place(connection: Connection[Any], topic: str, *, before: int, after: int) -> bool:
    """Everything up to `after` has arrived; False if somebody else moved or parked the topic meanwhile."""
    moved = connection.execute(
        """
        UPDATE publish_checkpoint
           SET position = %(after)s, failure = NULL, moved_at = clock_timestamp()
         WHERE topic = %(topic)s AND position = %(before)s AND parked IS NULL
        """,
        {"topic": topic, "before": before, "after": after},
    )
    return moved.rowcount == 1


def go_back(connection: Connection[Any], topic: str, *, position: int) -> None:
    """Let what follows a position be sent once more by whoever publishes now."""
    connection.execute(
        "UPDATE publish_checkpoint SET position = least(position, %s) WHERE topic = %s AND parked IS NULL",
        [position, topic],
    )


def note_topic(connection: Connection[Any], topic: str, topic_id: UUID, partitions: int) -> None:
    """From now on this is the topic we write to, with so many partitions. One of another id is not noted."""
    connection.execute(
        """
        UPDATE publish_checkpoint
           SET topic_id = %(topic_id)s, partitions = %(partitions)s
         WHERE topic = %(topic)s AND coalesce(topic_id, %(topic_id)s) = %(topic_id)s
        """,
        {"topic": topic, "topic_id": topic_id, "partitions": partitions},
    )


def park(connection: Connection[Any], topic: str, why: Parked) -> None:
    """Send nothing more to it until `send_again_from`."""
    connection.execute(
        """
        UPDATE publish_checkpoint
           SET parked = %(why)s, since = clock_timestamp()
         WHERE topic = %(topic)s AND parked IS NULL
        """,
        {"topic": topic, "why": why},
    )


def note_failure(connection: Connection[Any], topics: Collection[str], failure: str) -> None:
    """What kind of failure kept these back; never its message."""
    connection.execute(
        """
        UPDATE publish_checkpoint
           SET since = CASE WHEN failure IS NULL THEN clock_timestamp() ELSE since END,
               failure = %(failure)s
         WHERE topic = ANY(%(topics)s) AND parked IS NULL
        """,
        {"topics": list(topics), "failure": failure},
    )


def send_again_from(connection: Connection[Any], topic: str, *, position: int, log_id: UUID) -> None:
    """Send what follows a position once more, to the topic that is there now; ends its being parked."""
    connection.execute(
        """
        UPDATE publish_checkpoint
           SET position = %(position)s, log_id = %(log_id)s, topic_id = NULL, partitions = NULL, parked = NULL,
               failure = NULL
         WHERE topic = %(topic)s
        """,
        {"topic": topic, "position": position, "log_id": log_id},
    )


def erased_among(connection: Connection[Any], stream_ids: Collection[UUID]) -> set[UUID]:
    """Which of these streams belong to persons who were erased."""
    found = connection.execute(
        """
        SELECT person_id
          FROM data_keys
         WHERE destroyed_at IS NOT NULL AND person_id = ANY(%(streams)s)
         UNION
        SELECT episode_id
          FROM patient_episode JOIN data_keys
            ON data_keys.network_id = patient_episode.network_id AND data_keys.person_id = patient_episode.patient_id
         WHERE destroyed_at IS NOT NULL AND episode_id = ANY(%(streams)s)
        """,
        {"streams": list(stream_ids)},
    )
    return {stream_id for (stream_id,) in found}


def untold_erasures(connection: Connection[Any], limit: int = 1_000) -> list[ErasedStream]:
    """The streams of some persons who were erased and are not taken out of the state topic yet."""
    found = connection.cursor(row_factory=class_row(ErasedStream)).execute(
        """
        WITH erased AS (
            SELECT network_id, person_id
              FROM data_keys
             WHERE destroyed_at IS NOT NULL
               AND NOT EXISTS (SELECT FROM publish_erasure AS told
                                WHERE told.network_id = data_keys.network_id AND told.person_id = data_keys.person_id)
             LIMIT %s
        )
        SELECT network_id, person_id, person_id AS stream_id
          FROM erased
         UNION ALL
        SELECT network_id, person_id, episode_id
          FROM erased JOIN patient_episode USING (network_id)
         WHERE patient_id = person_id
        """,
        [limit],
    )
    return found.fetchall()


def note_erasures(connection: Connection[Any], told: Collection[ErasedStream]) -> None:
    """These were taken out."""
    persons = {(one.network_id, one.person_id) for one in told}
    connection.cursor().executemany(
        "INSERT INTO publish_erasure (network_id, person_id) VALUES (%s, %s) ON CONFLICT DO NOTHING", sorted(persons)
    )
