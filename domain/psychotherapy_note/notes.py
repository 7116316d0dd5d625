"""The psychotherapy notes of one author about one patient: a stream of its own, which no read model follows."""

from dataclasses import dataclass
from functools import singledispatch
from typing import Any, NamedTuple
from uuid import UUID

from domain.event import Envelope, Event
from domain.stream import Stream


class PsychotherapyNoteEvent(Event):
    """Something that only its author reads."""

    stream = "psychotherapy_note"


class AuthorAndPatient(NamedTuple):
    """Whose keys have to be there, both of them, for the text to open."""

    author_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class PsychotherapyNotes:
    """What the next note is decided on: whose they are, and which are there."""

    author_id: UUID | None = None
    note_ids: frozenset[UUID] = frozenset()


@singledispatch
def evolve(event: Any, notes: PsychotherapyNotes, envelope: Envelope) -> PsychotherapyNotes:
    """What an event changes."""
    return notes


PSYCHOTHERAPY_NOTE: Stream[PsychotherapyNotes] = Stream(
    "psychotherapy_note", PsychotherapyNotes(), evolve, lambda notes, event: event.sealed_for
)
