"""Timeline: every event of an episode in plain words, with both its times, its actor and what it corrects.

A line keeps its sentence as escaped HTML with placeholders for people and things, so that showing fifty of them costs
little more than reading them. The wording is part of the read model: whoever changes a sentence raises `version`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.event import Envelope, Event
from domain.sensitivity import Sensitivity
from projections.engine.read_model import ReadModel
from projections.engine.table import Index, Key, Table
from projections.sentences import FORMS, NAMES, Category, FreeText, form_of, told


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
