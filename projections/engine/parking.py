"""Events that wait aside: one that could not be folded, and those of its stream behind it. All others go on."""

import traceback
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from projections.engine.lease import Lease
from projections.engine.source import Entry


class Parked(NamedTuple):
    """An event that waits aside. `failure` is None for one that only waits behind another of its stream."""

    read_model: str
    version: int
    position: int
    stream_id: UUID
    event_id: UUID
    stored_as: str
    failure: str | None
    attempts: int
    parked_at: datetime
    replay_asked_at: datetime | None


class Aside(NamedTuple):
    """An event about to be parked; without a failure it waits behind another of its stream."""

    entry: Entry
    failure: str | None = None


def failure_in_words(error: BaseException) -> str:
    """Kind and place of a failure. Its message stays out: messages quote values, and values are about people."""
    error = error.__cause__ or error
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place


def park(connection: Connection[Any], lease: Lease, aside: Sequence[Aside]) -> None:
    """Set events aside; belongs into the transaction that moves the checkpoint past them."""
    if not aside:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO read_models.parked_event
                   (read_model, version, is_shadow, position, stream_id, event_id, stored_as, failure, attempts)
            VALUES (%(read_model)s, %(version)s, %(is_shadow)s,
                    %(position)s, %(stream_id)s, %(event_id)s, %(stored_as)s, %(failure)s, %(attempts)s)
            ON CONFLICT (read_model, version, is_shadow, position) DO UPDATE
               SET failure = excluded.failure,
                   attempts = parked_event.attempts + excluded.attempts,
                   replay_asked_at = NULL
            """,
            [{**lease._asdict(), **_parameters(one)} for one in aside],
        )


def take_back(connection: Connection[Any], lease: Lease, positions: Iterable[int]) -> None:
    """Events that were folded after all no longer wait."""
    connection.execute(
        """
        DELETE FROM read_models.parked_event
         WHERE read_model = %(read_model)s
           AND version = %(version)s
           AND is_shadow = %(is_shadow)s
           AND position = ANY(%(positions)s)
        """,
        {**lease._asdict(), "positions": list(positions)},
    )


def held_streams(connection: Connection[Any], lease: Lease) -> set[UUID]:
    """The streams whose later events have to wait."""
    rows = connection.execute(
        """
        SELECT DISTINCT stream_id
          FROM read_models.parked_event
         WHERE read_model = %(read_model)s
           AND version = %(version)s
           AND is_shadow = %(is_shadow)s
        """,
        lease._asdict(),
    ).fetchall()
    return {stream_id for (stream_id,) in rows}


def asked_to_replay(connection: Connection[Any]) -> set[tuple[str, int]]:
    """Name and version of those that somebody asked to fold parked events again."""
    return set(
        connection.execute(
            """
            SELECT DISTINCT read_model, version
              FROM read_models.parked_event
             WHERE NOT is_shadow
               AND replay_asked_at IS NOT NULL
            """
        )
    )


def streams_to_replay(connection: Connection[Any], lease: Lease) -> dict[UUID, list[int]]:
    """Streams somebody asked to replay, each with the positions of all its parked events in order."""
    rows = connection.execute(
        """
        SELECT stream_id, array_agg(position ORDER BY position)
          FROM read_models.parked_event
         WHERE read_model = %(read_model)s
           AND version = %(version)s
           AND is_shadow = %(is_shadow)s
         GROUP BY stream_id
        HAVING bool_or(replay_asked_at IS NOT NULL)
        """,
        lease._asdict(),
    ).fetchall()
    return dict(rows)


def ask_for_replay(connection: Connection[Any], *, read_model: str | None = None, stream_id: UUID | None = None) -> int:
    """Ask the runners to fold parked events again, all or those of one read model or stream; answers with how many."""
    asked = connection.execute(
        """
        UPDATE read_models.parked_event
           SET replay_asked_at = clock_timestamp()
         WHERE NOT is_shadow
           AND (%(read_model)s::text IS NULL OR read_model = %(read_model)s)
           AND (%(stream_id)s::uuid IS NULL OR stream_id = %(stream_id)s)
        """,
        {"read_model": read_model, "stream_id": stream_id},
    )
    return asked.rowcount


def parked_events(connection: Connection[Any]) -> list[Parked]:
    """Everything that waits aside, oldest first."""
    with connection.cursor(row_factory=class_row(Parked)) as cursor:
        return cursor.execute(
            """
            SELECT read_model, version, position, stream_id, event_id, stored_as, failure, attempts, parked_at,
                   replay_asked_at
              FROM read_models.parked_event
             WHERE NOT is_shadow
             ORDER BY position, read_model, version
            """
        ).fetchall()


def _parameters(aside: Aside) -> dict[str, Any]:
    entry = aside.entry
    return {
        "position": entry.position,
        "stream_id": entry.stream_id,
        "event_id": entry.event_id,
        "stored_as": entry.stored_as,
        "failure": aside.failure,
        "attempts": 1 if aside.failure else 0,
    }
