"""Timeline: every event of an episode in plain words, with both its times, its actor and what it corrects.

A line keeps its sentence as escaped HTML with placeholders for people and things, so that showing fifty of them costs
little more than reading them. The wording is part of the read model: whoever changes a sentence raises `version`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.episode.course.explain_late_entry import LateEntryExplained
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.event import Envelope, Event
from domain.sealed import Sealed
from domain.sensitivity import Sensitivity
from projections.engine.read_model import ReadModel
from projections.engine.table import Index, Key, Table
from projections.sentences import FORMS, NAMES, Category, FreeText, form_of, told
from projections.sentences.placeholders import Names, in_words


@dataclass(frozen=True)
class Line:
    """One event. `sentence` and `note` are safe HTML; `{id}` in them stands for a person or a thing."""

    episode_id: UUID
    version: int
    network_id: UUID
    event_id: UUID
    position: int
    stored_as: str
    occurred_at: datetime
    recorded_at: datetime
    actor_id: UUID
    actor_role: str
    category: Category
    icon: str
    sentence: str
    note: str
    texts: tuple[FreeText, ...] | None
    corrects: UUID | None
    sensitivity: str
    """As it was stored, or as it would be now where that is more."""


class Correction(NamedTuple):
    """What happened to an entry later on."""

    version: int
    at: datetime
    is_in_error: bool


@dataclass(frozen=True)
class Mark:
    """An entry that was corrected, or marked in error."""

    episode_id: UUID
    entry_id: UUID
    network_id: UUID
    corrections: tuple[Correction, ...]


@dataclass(frozen=True)
class Thing:
    """What sentences call a session, a plan, a hold and so on, once it exists."""

    episode_id: UUID
    thing_id: UUID
    network_id: UUID
    words: str


def _by_version(_: Event, envelope: Envelope) -> tuple[Key]:
    return ((envelope.stream_id, envelope.version),)


LATE = "late"
"""Beside the categories: recorded so much later than it happened."""
LATE_AFTER = timedelta(minutes=60)
RECORDED_LATE = f"recorded_at - occurred_at >= interval '{LATE_AFTER.total_seconds():.0f} seconds'"
"""In these words in queries too, so that they find the index of the few lines that are late."""

LATE_ONES = Index(("network_id", "recorded_at"), where=RECORDED_LATE)

LINES: Table[Line] = Table(
    "line", Line, key=("episode_id", "version"), keys=_by_version, indexes=(LATE_ONES,), has_row_per_event=True
)
MARKS: Table[Mark] = Table("mark", Mark, key=("episode_id", "entry_id"))
THINGS: Table[Thing] = Table("thing", Thing, key=("episode_id", "thing_id"))
TIMELINE = ReadModel("timeline", 4, (LINES, MARKS, THINGS), per_episode=True)


def line_of(event: Event, envelope: Envelope, _: Line | None = None) -> Line:
    """The line of an event."""
    form, said = form_of(event), told(event, envelope)
    return Line(
        episode_id=envelope.stream_id,
        version=envelope.version,
        network_id=envelope.network_id,
        event_id=envelope.event_id,
        position=envelope.position or 0,
        stored_as=event.stored_as,
        occurred_at=envelope.occurred_at,
        recorded_at=envelope.recorded_at,
        actor_id=envelope.actor_id,
        actor_role=envelope.actor_role,
        category=form.category,
        icon=said.icon or form.icon,
        sentence=said.html,
        note=said.note,
        texts=said.texts or None,
        corrects=said.corrects,
        sensitivity=event.guarded_as if envelope.sensitivity == Sensitivity.STANDARD else envelope.sensitivity,
    )


def _corrected(event: Event, envelope: Envelope) -> Iterable[Key]:
    """The entry a correction is about."""
    said = told(event, envelope)
    return ((envelope.stream_id, said.corrects),) if said.corrects else ()


def _mark(event: Event, envelope: Envelope, row: Mark | None) -> Mark:
    ((_, entry_id),) = _corrected(event, envelope)
    later = Correction(envelope.version, envelope.recorded_at, isinstance(event, EntryMarkedInError))
    before = row.corrections if row else ()
    return Mark(envelope.stream_id, entry_id, envelope.network_id, (*before, later))


def _thing(event: Event, envelope: Envelope, _: Thing | None) -> Thing:
    thing_id, words = NAMES[type(event)](event)
    return Thing(envelope.stream_id, thing_id, envelope.network_id, words)


LINES.on(*FORMS)(line_of)
MARKS.on(*(event for event, form in FORMS.items() if form.category is Category.CORRECTIONS), keys=_corrected)(_mark)
for _named in NAMES:
    THINGS.on(_named, keys=lambda event, envelope: ((envelope.stream_id, NAMES[type(event)](event)[0]),))(_thing)


# --- queries


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
