"""Writing a psychotherapy note: what was said and what its author makes of it, and nothing that care depends on."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from pydantic import field_validator, model_validator

from domain.actor import Actor, Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.psychotherapy_note.coded_content import WORDS, Coded, coded_content_in
from domain.psychotherapy_note.notes import AuthorAndPatient, PsychotherapyNoteEvent, PsychotherapyNotes, evolve
from domain.refusal import AsksAgain, Refused
from domain.sealed import FreeText, Sealed
from domain.sensitivity import Sensitivity
from domain.stream import change


class NotesOfAnotherAuthor(Refused):
    """These notes are another author's. Write your own."""

    rule = "17"


class ItBelongsToTheRecord(Refused):
    """This looks like {what}. The care team has to see it: record it {where}, and leave it out of this note."""

    rule = "23"


class ItMayBelongToTheRecord(AsksAgain):
    """There is something like {what} in this text. If it is one, record it {where}: nobody else reads this note."""

    rule = "23"
    confirm = "is_part_of_what_was_said"


class ANoteHasNoTimes(Refused):
    """A psychotherapy note is of the moment it is written; session times belong to the session. Leave the time out."""

    rule = "23"


class PsychotherapyNoteWritten(
    PsychotherapyNoteEvent, stored_as="PsychotherapyNoteWritten", sensitivity=Sensitivity.PSYCHOTHERAPY_NOTE.value
):
    """A psychotherapist wrote a note of their own; it never leaves.

    The text opens only with a key that both its author's and the patient's key wrap.
    """

    note_id: UUID
    author_id: UUID
    patient_id: UUID
    text: Sealed[str]

    @property
    def sealed_for(self) -> AuthorAndPatient:
        return AuthorAndPatient(self.author_id, self.patient_id)


class WritePsychotherapyNote(Order):
    """Text alone: there is no field for a time, a dose, a value or a score. What the text looks like is told by itself,
    whatever the caller says."""

    note_id: NewId
    patient_id: UUID
    text: FreeText
    is_part_of_what_was_said: bool = False
    """Figures in the text were said by the patient, or are the author's thoughts."""
    entries: tuple[Coded, ...] = ()
    perhaps: tuple[Coded, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _looked_at(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not isinstance(given.get("text"), str):
            return given
        found = coded_content_in(given["text"])
        return {**given, "entries": found.entries, "perhaps": found.perhaps}

    @field_validator("text", mode="before")
    @classmethod
    def _in_clear(cls, text: Any) -> Any:
        """A text that was sealed already cannot be looked at."""
        if not isinstance(text, str):
            raise ValueError("write the note")
        return text


@decides(Role.THERAPIST)
def write_psychotherapy_note(notes: PsychotherapyNotes, order: WritePsychotherapyNote, *, by: Actor) -> list[Event]:
    """Write a note of one's own (rule 17: any psychotherapist writes their own)."""
    if notes.author_id not in (None, by.actor_id):
        raise NotesOfAnotherAuthor
    if order.note_id in notes.note_ids:
        return []
    if order.occurred_at is not None or order.late_reason is not None:
        raise ANoteHasNoTimes(field="occurred_at")
    if order.entries:
        raise ItBelongsToTheRecord(field="text", **_said(order.entries))
    if order.perhaps and not order.is_part_of_what_was_said:
        raise ItMayBelongToTheRecord(field="text", **_said(order.perhaps))
    return [
        PsychotherapyNoteWritten(
            note_id=order.note_id, author_id=by.actor_id, patient_id=order.patient_id, text=order.text
        )
    ]


def _said(kinds: Iterable[Coded]) -> dict[str, str]:
    """The first of them: one at a time is enough to mend."""
    what, where = WORDS[next(iter(kinds))]
    return {"what": what, "where": where}


@evolve.register
def _(event: PsychotherapyNoteWritten, notes: PsychotherapyNotes, envelope: Envelope) -> PsychotherapyNotes:
    return change(notes, author_id=event.author_id, note_ids=notes.note_ids | {event.note_id})
