"""Psychotherapy notes: the author's own, of text alone; what belongs to the record of care does not get in."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.actor import Actor
from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.event import Event
from domain.order import Order
from domain.psychotherapy_note.coded_content import Coded, coded_content_in
from domain.psychotherapy_note.notes import PsychotherapyNotes
from domain.psychotherapy_note.write_psychotherapy_note import (
    ANoteHasNoTimes,
    ItBelongsToTheRecord,
    ItMayBelongToTheRecord,
    NotesOfAnotherAuthor,
    PsychotherapyNoteWritten,
    WritePsychotherapyNote,
    write_psychotherapy_note,
)
from domain.refusal import Refused
from domain.sealed import Sealed
from domain.sensitivity import Sensitivity
from projections import READ_MODELS
from projections.engine.table import Table
from tests.domain.people import ADA, LINDQVIST, RIVERA, SOLIS
from tests.projections.tally import TALLY

NOTE = derived_id("note")
THOUGHTS = "She came back to the dream about the house. I felt protective, and wondered why."


def order(text: str = THOUGHTS, **more: Any) -> WritePsychotherapyNote:
    return WritePsychotherapyNote.model_validate({"note_id": NOTE, "patient_id": ADA, "text": text, **more})


def write(of: WritePsychotherapyNote, by: Actor = LINDQVIST, notes: PsychotherapyNotes | None = None) -> list[Event]:
    return write_psychotherapy_note(notes or PsychotherapyNotes(), of, by=by)


def test_a_therapist_writes_a_note_of_their_own() -> None:
    (written,) = write(order())
    assert isinstance(written, PsychotherapyNoteWritten)
    assert (written.author_id, written.patient_id) == (LINDQVIST.actor_id, ADA)
    assert written.sensitivity == Sensitivity.PSYCHOTHERAPY_NOTE
    assert written.sealed_for == (LINDQVIST.actor_id, ADA)


def test_the_same_note_again_records_nothing_new() -> None:
    assert write(order(), notes=PsychotherapyNotes(LINDQVIST.actor_id, frozenset({NOTE}))) == []


def test_only_a_psychotherapist_writes_one_and_nobody_among_anothers() -> None:
    with pytest.raises(RoleMayNotDecide):
        write(order(), by=RIVERA)
    with pytest.raises(NotesOfAnotherAuthor):
        write(order(), by=SOLIS, notes=PsychotherapyNotes(LINDQVIST.actor_id))


def test_a_note_has_fields_for_text_and_for_nothing_that_care_depends_on() -> None:
    own = WritePsychotherapyNote.model_fields.keys() - Order.model_fields.keys()
    assert own == {"note_id", "patient_id", "text", "is_part_of_what_was_said", "entries", "perhaps"}
    for name in ("started_at", "ended_at", "dose_mg", "systolic_mmhg", "session_id", "score", "medicine"):
        with pytest.raises(ValidationError):
            order(**{name: "1"})


def test_a_note_has_no_time_of_its_own() -> None:
    with pytest.raises(ANoteHasNoTimes):
        write(order(occurred_at=datetime(2026, 3, 17, 14, 0, tzinfo=UTC)))


ENTRIES = [
    ("BP 148/82 before.", Coded.VITALS),
    ("Blood pressure was 148 over 82.", Coded.VITALS),
    ("148/82 mmHg", Coded.VITALS),
    ("pulse: 82", Coded.VITALS),
    ("HR 96, SpO2 97%", Coded.VITALS),
    ("weighs 71 kg now", Coded.VITALS),
    ("Dose 100 mg at the start.", Coded.DOSE),
    ("She took 150mg.", Coded.DOSE),
    ("200 mg of ketamine, then quiet.", Coded.DOSE),
    ("a lozenge of 100 mg", Coded.DOSE),
    ("Session 14:00 to 15:30.", Coded.TIME),
    ("We started at 2:05 pm.", Coded.TIME),
    ("14:00–15:30", Coded.TIME),
    ("PHQ-9: 14", Coded.SCORE),
    ("Her GAD-7 is down to 9.", Coded.SCORE),
]


@pytest.mark.parametrize(("text", "kind"), ENTRIES)
def test_what_names_itself_an_entry_is_refused_and_says_where_it_belongs(text: str, kind: Coded) -> None:
    assert kind in coded_content_in(text).entries
    with pytest.raises(ItBelongsToTheRecord) as refused:
        write(order(text, is_part_of_what_was_said=True, entries=(), perhaps=()))
    assert "record it" in refused.value.message
    assert text not in refused.value.message


@pytest.mark.parametrize(
    "text",
    ["In school he was on 50 mg of sertraline.", "She wakes at 04:30 every night.", "Half and half, 50/50, he said."],
)
def test_a_bare_figure_may_be_what_was_said_and_is_asked_about_once(text: str) -> None:
    with pytest.raises(ItMayBelongToTheRecord):
        write(order(text))
    assert len(write(order(text, is_part_of_what_was_said=True))) == 1


@pytest.mark.parametrize(
    "text",
    [
        THOUGHTS,
        "He was 7 when they moved; the third house in 2 years.",
        "On 12 March she spoke of her father for the first time in 15 years.",
        "Two of three wishes. 1 in 10, she guessed.",
        "The end of the session was hard; I ended up saying little.",
        "She asked about the dose of trust it takes.",
    ],
)
def test_what_was_said_is_not_disturbed(text: str) -> None:
    assert len(write(order(text))) == 1


WORDS = st.sampled_from(["she", "spoke", "of", "the", "house", "quietly", "and", "I", "listened"])
SYSTOLIC, DIASTOLIC = st.integers(70, 220), st.integers(40, 125)
CODED = st.one_of(
    st.builds("BP {}/{}".format, SYSTOLIC, DIASTOLIC),
    st.builds("blood pressure {}/{}".format, SYSTOLIC, DIASTOLIC),
    st.builds("pulse {}".format, st.integers(40, 180)),
    st.builds("SpO2 {}%".format, st.integers(80, 99)),
    st.builds("dose {} mg".format, st.integers(25, 600)),
    st.builds("ketamine {}mg".format, st.integers(25, 600)),
    st.builds("session {}:{:02d}".format, st.integers(7, 21), st.integers(0, 59)),
    st.builds("started {}:{:02d}".format, st.integers(7, 21), st.integers(0, 59)),
    st.builds("PHQ-9 {}".format, st.integers(0, 27)),
)


@settings(max_examples=150, deadline=None)
@for_all(st.lists(WORDS, max_size=6), CODED, st.lists(WORDS, max_size=6), st.booleans())
def test_no_dose_vital_time_or_score_gets_in(before: list[str], coded: str, after: list[str], meant: bool) -> None:
    text = " ".join([*before, coded, *after])
    with pytest.raises(ItBelongsToTheRecord):
        write(order(text, is_part_of_what_was_said=meant))


def test_a_text_that_cannot_be_looked_at_is_no_note() -> None:
    for text in (Sealed.of("BP 148/82"), None, "", 7):
        with pytest.raises((ValidationError, Refused)):
            write(WritePsychotherapyNote(note_id=NOTE, patient_id=ADA, text=text))  # type: ignore[arg-type]


def test_no_read_model_follows_a_psychotherapy_note_nor_can_be_made_to() -> None:
    assert not [m.name for m in READ_MODELS for e in m.handles if e.stream == "psychotherapy_note"]
    table: Table[Any] = Table("tally", TALLY.tables[0].row, key=TALLY.tables[0].key)
    with pytest.raises(TypeError, match="no read model follows it"):
        table.on(PsychotherapyNoteWritten)(lambda event, envelope, row: row)


def test_ids_in_the_event_are_all_that_is_not_sealed() -> None:
    kinds = {name: field.annotation for name, field in PsychotherapyNoteWritten.model_fields.items()}
    assert kinds == {"note_id": UUID, "author_id": UUID, "patient_id": UUID, "text": Sealed[str]}
