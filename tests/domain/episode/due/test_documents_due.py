"""What is owed in writing: on whose list it stands, until when, and that neither a pause nor a discharge ends it."""

from datetime import date

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.course.pause_episode import EpisodePaused
from domain.episode.document.ask_co_signature import CoSignatureRequested
from domain.episode.document.ask_for_document import DocumentRequested
from domain.episode.document.document import DocumentKind
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.gates import Checkpoint
from domain.episode.gates.documents import documents
from domain.episode.gates.gate import Question
from domain.episode.question.answer_question import QuestionAnswered
from domain.episode.team.assign_care_team_member import CareTeamMemberAssigned
from domain.episode.team.remove_care_team_member import CareTeamMemberRemoved
from domain.event import Event
from tests.domain.episode.document.test_documents import NOTE, SIGNED
from tests.domain.episode.question.test_questions import ASKED, QUESTION
from tests.domain.given import Scenario, at, given
from tests.domain.people import ADA, LINDQVIST, PROTOCOL, RIVERA, SOLIS, TEST_NETWORK, local, sealed
from tests.gate_answers import gate
from tests.situations import PREPARATION, PREPARED

DUE = date(2026, 3, 20)
MISSING = DocumentRequested(
    request_id=derived_id("request"),
    kind=DocumentKind.PROGRESS_NOTE,
    role=Role.THERAPIST,
    due_on=DUE,
    session_id=PREPARATION,
)
CO_SIGN = CoSignatureRequested(request_id=derived_id("co"), document_id=NOTE, role=Role.PRESCRIBER, due_on=DUE)
PAUSED = EpisodePaused(reason=sealed("x"))
DISCHARGED = PatientDischarged(patient_id=ADA, reason=DischargeReason.COMPLETED, on=date(2026, 3, 13))


def told(*events: Event) -> Scenario:
    return given(PREPARED, at("2026-03-12 09:00", *events, by=LINDQVIST))


def owed(scenario: Scenario, key: str, now: str = "2026-03-13 09:00") -> Obligation | None:
    found = obligations(scenario.state, now=local(now), protocol=PROTOCOL, network=TEST_NETWORK)
    return next((one for one in found if one.key.partition(":")[0] == key), None)


def test_a_note_asked_for_is_on_the_others_list_until_it_is_signed() -> None:
    one = owed(told(MISSING), "document_request")
    assert one is not None
    assert (one.with_id, one.due_on, one.decision) == (LINDQVIST.actor_id, DUE, "sign_document")
    assert one.why == "Progress note on preparation session 1, asked for 12 Mar 2026 09:00, due 20 Mar 2026."
    assert not one.is_overdue(local("2026-03-20 23:00"), TEST_NETWORK.zone)
    assert one.is_overdue(local("2026-03-21 01:00"), TEST_NETWORK.zone)
    assert owed(told(MISSING, SIGNED), "document_request") is None


def test_a_co_signature_is_with_whoever_was_asked() -> None:
    one = owed(told(SIGNED, CO_SIGN), "co_signature")
    assert one is not None
    assert (one.with_id, one.decision) == (RIVERA.actor_id, "co_sign_document")


def test_a_question_is_with_the_other_then_its_answer_with_whoever_asked() -> None:
    asked = owed(told(ASKED), "question")
    assert asked is not None
    assert (asked.with_id, asked.decision, asked.due_on) == (RIVERA.actor_id, "answer_question", DUE)
    answer = QuestionAnswered(question_id=QUESTION, answer=sealed("x"))
    answered = given(told(ASKED).as_history()[:-1], at("2026-03-12 09:00", ASKED, by=LINDQVIST)).after(
        at("2026-03-12 10:00", answer, by=RIVERA)
    )
    read = owed(answered, "answer")
    assert owed(answered, "question") is None
    assert read is not None
    assert (read.with_id, read.with_role, read.due_on) == (LINDQVIST.actor_id, Role.THERAPIST, DUE)


def test_what_was_asked_of_somebody_who_has_left_the_team_is_with_whoever_came() -> None:
    """Nobody outside the team could write it, answer it, or read the answer."""
    moment = local("2026-03-12 12:00")
    handed_on = (
        CareTeamMemberRemoved(clinician_id=LINDQVIST.actor_id, role=Role.THERAPIST, until_at=moment),
        CareTeamMemberAssigned(clinician_id=SOLIS.actor_id, role=Role.THERAPIST, from_at=moment),
    )
    named = MISSING.model_copy(update={"clinician_id": LINDQVIST.actor_id})
    written = owed(told(named, *handed_on), "document_request")
    answered = told(ASKED, QuestionAnswered(question_id=QUESTION, answer=sealed("x")), *handed_on)
    read = owed(answered, "answer")
    assert written is not None
    assert read is not None
    assert (written.with_id, read.with_id) == (SOLIS.actor_id, SOLIS.actor_id)


def test_neither_a_pause_nor_a_discharge_ends_what_is_owed_in_writing() -> None:
    for ended in (PAUSED, DISCHARGED):
        assert owed(told(MISSING, ended), "document_request") is not None
        assert owed(told(ASKED, ended), "question") is not None


def test_missing_notes_are_named_before_more_doses_and_close_nothing() -> None:
    missing = gate(told(MISSING), "documents", "2026-03-13 09:00", session_id=None)
    assert not missing.is_open
    assert not missing.stands_in_the_way
    assert missing.facts == (
        "No signed note on preparation session 1.",
        "Progress note asked for, due 20 Mar 2026.",
    )
    assert gate(told(SIGNED), "documents", "2026-03-13 09:00", session_id=None).is_open


def test_a_protocol_without_the_rule_asks_nothing() -> None:
    without = PROTOCOL.model_copy(update={"rules": tuple(r for r in PROTOCOL.rules if r.rule != "+documents")})
    asked = Question(Checkpoint.OPEN, local("2026-03-13 09:00"), without, TEST_NETWORK, {}, None, None)
    assert list(documents(told(MISSING).state, asked)) == []
