"""The timeline as it is read: lines of an episode by page, number and filter, and what its sentences call things."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.episode.course.explain_late_entry import LateEntryExplained
from domain.sealed import Sealed
from projections.sentences import Category, FreeText
from projections.sentences.placeholders import Names, in_words
from projections.timeline import LATE, LATE_AFTER, RECORDED_LATE, TIMELINE, Correction


class Order(StrEnum):
    HAPPENED = "happened"
    RECORDED = "recorded"


LINE, MARK, THING = (f"read_models.{TIMELINE.table_name(table)}" for table in TIMELINE.tables)
SELECT = f"""
    SELECT line.version, line.event_id, line.position, line.stored_as, line.occurred_at, line.recorded_at,
           line.actor_id, line.actor_role, line.category, line.icon, line.sentence, line.note, line.texts,
           corrected.version AS corrects_version, mark.corrections
      FROM {LINE} AS line
      LEFT JOIN {MARK} AS mark
        ON mark.episode_id = line.episode_id AND mark.entry_id = line.event_id
      LEFT JOIN {LINE} AS corrected
        ON corrected.episode_id = line.episode_id AND corrected.event_id = line.corrects
     WHERE line.episode_id = %(episode_id)s
"""  # noqa: S608 names of our own
CATEGORY = "AND line.category = %(category)s "
IS_LATE = f"line.{RECORDED_LATE.replace('occurred_at', 'line.occurred_at')}"
IS_ENTERED_LATE = f"{IS_LATE} AND line.stored_as <> '{LateEntryExplained.stored_as}'"
"""Why something was entered late is recorded at its time, and is no late entry of its own."""
ONLY_LATE = f"AND {IS_ENTERED_LATE}"
ORDER_BY = {Order.HAPPENED: "line.occurred_at DESC, line.version DESC", Order.RECORDED: "line.version DESC"}
BEFORE = {
    Order.HAPPENED: f"""
       AND (line.occurred_at, line.version) < (
           SELECT last.occurred_at, last.version
             FROM {LINE} AS last
            WHERE last.episode_id = %(episode_id)s AND last.version = %(before)s)
    """,  # noqa: S608 names of our own
    Order.RECORDED: "AND line.version < %(before)s",
}


class Shown(NamedTuple):
    """A line as the page shows it. `corrects_version` is the number of the event it corrects."""

    version: int
    event_id: UUID
    position: int
    stored_as: str
    occurred_at: datetime
    recorded_at: datetime
    actor_id: UUID
    actor_role: str
    category: str
    icon: str
    sentence: str
    note: str
    texts: list[Any] | None
    corrects_version: int | None
    corrections: list[Any] | None

    @property
    def is_late(self) -> bool:
        return self.recorded_at - self.occurred_at >= LATE_AFTER

    @property
    def later_by(self) -> timedelta:
        return self.recorded_at - self.occurred_at

    @property
    def free_text(self) -> list[FreeText]:
        """Text with the word that introduces it, still sealed: for the care team only."""
        return [FreeText(label, Sealed(token=token)) for label, token in self.texts or ()]

    @property
    def corrected_by(self) -> list[Correction]:
        """What happened to this entry later on, oldest first."""
        return [Correction(version, datetime.fromisoformat(at), wrong) for version, at, wrong in self.corrections or ()]

    def say(self, names: Names) -> str:
        """The sentence with everybody and everything named; safe HTML."""
        return in_words(self.sentence, names)


def timeline(
    connection: Connection[Any],
    episode_id: UUID,
    *,
    order: Order = Order.HAPPENED,
    category: Category | str | None = None,
    limit: int | None = 20,
    before: int | None = None,
) -> list[Shown]:
    """Lines of an episode, newest first. `before` is the version of the last line already shown."""
    query = SELECT
    if category == LATE:
        query += ONLY_LATE
    elif category is not None:
        query += CATEGORY
    if before is not None:
        query += BEFORE[order]
    query += f" ORDER BY {ORDER_BY[order]} LIMIT %(limit)s"
    parameters = {"episode_id": episode_id, "category": category, "before": before, "limit": limit}
    with connection.cursor(binary=True) as cursor:
        cursor.execute(query.encode(), parameters)
        return [Shown._make(row) for row in cursor.fetchall()]


class Head(NamedTuple):
    """How far a timeline reaches: as long as it stands there, lines, marks and things are what they were."""

    lines: int
    position: int


def timeline_head(connection: Connection[Any], episode_id: UUID) -> Head:
    """Every event has its line, corrections too, and what it changes elsewhere is written in the same transaction."""
    with connection.cursor(binary=True) as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(max(position), 0) FROM {LINE} WHERE episode_id = %(episode_id)s".encode(),  # noqa: S608 own names
            {"episode_id": episode_id},
        )
        return Head._make(cursor.fetchone() or (0, 0))


def event_line(connection: Connection[Any], episode_id: UUID, version: int) -> Shown | None:
    """One event: what "Event 52" opens."""
    with connection.cursor(binary=True) as cursor:
        cursor.execute(
            (SELECT + "AND line.version = %(version)s").encode(), {"episode_id": episode_id, "version": version}
        )
        row = cursor.fetchone()
    return Shown._make(row) if row else None


def timeline_counts(connection: Connection[Any], episode_id: UUID) -> dict[str, int]:
    """How many lines each filter opens: `all`, each category, and `late`."""
    counted = connection.execute(
        f"""
        SELECT line.category, count(*), count(*) FILTER (WHERE {IS_ENTERED_LATE})
          FROM {LINE} AS line
         WHERE line.episode_id = %(episode_id)s
         GROUP BY line.category
        """.encode(),  # noqa: S608 names of our own
        {"episode_id": episode_id},
    ).fetchall()
    counts = dict.fromkeys([*Category, LATE], 0) | {category: count for category, count, _ in counted}
    return {
        "all": sum(count for _, count, _ in counted),
        **{str(name): count for name, count in counts.items()},
        LATE: sum(late for _, _, late in counted),
    }


def things_of(connection: Connection[Any], episode_id: UUID) -> dict[UUID, str]:
    """What the sentences of this episode call its sessions, plans and so on; safe HTML."""
    with connection.cursor(binary=True) as cursor:
        cursor.execute(
            f"SELECT thing_id, words FROM {THING} WHERE episode_id = %(episode_id)s".encode(),  # noqa: S608 own names
            {"episode_id": episode_id},
        )
        return dict(cursor.fetchall())
