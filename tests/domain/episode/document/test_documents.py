"""Notes: signed in person, locked by the aggregate, added to, co-signed, asked for, and marked in error."""

from datetime import date
from typing import Any

import pytest

from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.course.mark_in_error import OnlyTheSignersProfessionTakesThisBack, mark_in_error
from domain.episode.document.add_addendum import AddendumIsLocked, AddendumSigned, add_addendum
from domain.episode.document.ask_co_signature import CoSignatureRequested, NobodyCoSignsTheirOwn, ask_co_signature
from domain.episode.document.ask_for_document import (
    AskedForAlready,
    DocumentIsSignedAlready,
    DocumentRequested,
    ask_for_document,
)
from domain.episode.document.asking import DueDayHasPassed, IsNotOnTheTeam
from domain.episode.document.co_sign_document import AnAddendumCameMeanwhile, DocumentCoSigned, co_sign_document
from domain.episode.document.document import DocumentKind, Meaning
from domain.episode.document.missing import undocumented_sessions, waiting_requests
from domain.episode.document.sign_document import DocumentIsLocked, DocumentSigned, sign_document
from domain.episode.document.which_document import (
    DocumentIsUnknown,
    OnlyTheirsToWrite,
    SessionRecordNeedsItsSession,
    SignedInPerson,
    VisitIsUnknown,
)
from domain.episode.safety.signed_now import ASignatureIsNotBackdated
from domain.episode.session.which_session import SessionIsUnknown
from tests.domain.given import Scenario, at, given
from tests.domain.people import ABARA, LINDQVIST, OKAFOR, RIVERA, local, sealed
from tests.situations import PREPARATION, PREPARED, REFERRED

NOTE, ADDENDUM, REQUEST = derived_id("note"), derived_id("addendum"), derived_id("request")
PROGRESS = {"document_id": NOTE, "kind": "progress_note", "session_id": PREPARATION, "text": "Went well."}
SIGNED = DocumentSigned(document_id=NOTE, kind=DocumentKind.PROGRESS_NOTE, text=sealed("x"), session_id=PREPARATION)
WRITTEN = (PREPARED, at("2026-03-10 12:00", SIGNED, by=LINDQVIST))
DUE = date(2026, 3, 20)
ASKED = {"request_id": REQUEST, "document_id": NOTE, "role": "prescriber", "due_on": DUE}
NOTE_OF_THE_SESSION = {"kind": "progress_note", "role": "therapist", "session_id": PREPARATION}
MISSING = {"request_id": REQUEST, "due_on": DUE, **NOTE_OF_THE_SESSION}


def sign(scenario: Scenario, **changed: Any) -> Scenario:
    given_fields = {"by": LINDQVIST, **PROGRESS, **changed}
    return scenario.when(sign_document, **given_fields)


def test_a_note_is_signed_with_its_meaning() -> None:
    signed = sign(given(PREPARED)).then(SIGNED)
    document = signed.state.documents[NOTE]
    assert SIGNED.meaning is Meaning.WROTE
    assert document.signed_by == LINDQVIST.actor_id
    assert document.signed_at == signed.recorded[-1].envelope.occurred_at


def test_a_note_is_signed_by_the_person_who_has_just_confirmed_who_they_are() -> None:
    sign(given(PREPARED), by=LINDQVIST._replace(reauthenticated=False)).refused(SignedInPerson)


def test_a_signature_is_not_backdated() -> None:
    sign(given(PREPARED), occurred_at=local("2026-03-10 11:00"), now="2026-03-11 09:00").refused(
        ASignatureIsNotBackdated
    )


def test_a_signed_note_is_locked() -> None:
    sign(given(WRITTEN), text="Something else.").refused(DocumentIsLocked, field="document_id")


@pytest.mark.parametrize(("by", "kind"), [(LINDQVIST, "visit_note"), (RIVERA, "progress_note")])
def test_each_role_writes_its_own_notes(by: Any, kind: str) -> None:
    sign(given(PREPARED), by=by, kind=kind).refused(OnlyTheirsToWrite, rule="17")


def test_coordination_writes_no_notes() -> None:
    sign(given(PREPARED), by=OKAFOR).refused(RoleMayNotDecide)


@pytest.mark.parametrize("by", [LINDQVIST, RIVERA])
def test_a_session_record_belongs_to_a_session(by: Any) -> None:
    sign(given(PREPARED), by=by, kind="session_record").includes(DocumentSigned, kind=DocumentKind.SESSION_RECORD)
    sign(given(PREPARED), by=by, kind="session_record", session_id=None).refused(SessionRecordNeedsItsSession)
    sign(given(PREPARED), by=by, session_id=derived_id("nothing")).refused(SessionIsUnknown)


def test_a_visit_note_is_about_a_visit_of_this_episode() -> None:
    intake = given(PREPARED).state.intake.entry_id
    note = {"kind": "visit_note", "by": RIVERA, "session_id": None}
    sign(given(PREPARED), **note, visit_id=intake).includes(DocumentSigned, visit_id=intake)
    sign(given(PREPARED), **note, visit_id=derived_id("nothing")).refused(VisitIsUnknown)


def test_what_is_said_later_is_an_addendum_of_whoever_says_it() -> None:
    added = given(WRITTEN).when(add_addendum, by=RIVERA, addendum_id=ADDENDUM, document_id=NOTE, text="Seen.")
    added.then(AddendumSigned(addendum_id=ADDENDUM, document_id=NOTE, text=sealed("x")))
    (kept,) = added.state.documents[NOTE].addenda
    assert kept.signed_by == RIVERA.actor_id
    again = added.when(add_addendum, by=RIVERA, addendum_id=ADDENDUM, document_id=NOTE, text="Other.")
    again.refused(AddendumIsLocked)


def test_an_addendum_needs_its_note_and_its_signature() -> None:
    add = {"addendum_id": ADDENDUM, "document_id": NOTE, "text": "More."}
    given(PREPARED).when(add_addendum, by=LINDQVIST, **add).refused(DocumentIsUnknown)
    given(WRITTEN).when(add_addendum, by=LINDQVIST._replace(reauthenticated=False), **add).refused(SignedInPerson)


def test_a_co_signature_is_asked_for_and_given() -> None:
    asked = given(WRITTEN).when(ask_co_signature, by=LINDQVIST, **ASKED, clinician_id=RIVERA.actor_id)
    asked.includes(CoSignatureRequested, document_id=NOTE)
    assert len(asked.state.documents[NOTE].waiting) == 1
    signed = asked.when(co_sign_document, by=RIVERA, document_id=NOTE)
    signed.includes(DocumentCoSigned, meaning=Meaning.REVIEWED)
    assert signed.state.documents[NOTE].waiting == ()
    signed.when(co_sign_document, by=RIVERA, document_id=NOTE).then()


def test_another_persons_co_signature_does_not_meet_one_asked_of_somebody_by_name() -> None:
    asked = given(WRITTEN).when(ask_co_signature, by=LINDQVIST, **ASKED, clinician_id=RIVERA.actor_id)
    signed = asked.when(co_sign_document, by=ABARA, document_id=NOTE)
    assert len(signed.state.documents[NOTE].waiting) == 1


def test_a_co_signature_covers_the_addenda_that_were_there() -> None:
    added = given(WRITTEN).when(add_addendum, by=LINDQVIST, addendum_id=ADDENDUM, document_id=NOTE, text="More.")
    added.when(co_sign_document, by=RIVERA, document_id=NOTE).refused(AnAddendumCameMeanwhile)
    signed = added.when(co_sign_document, by=RIVERA, document_id=NOTE, addenda=1)
    assert signed.state.documents[NOTE].is_co_signed_by(RIVERA.actor_id)
    more = signed.when(add_addendum, by=LINDQVIST, addendum_id=derived_id("second"), document_id=NOTE, text="Again.")
    assert not more.state.documents[NOTE].is_co_signed_by(RIVERA.actor_id)


def test_nobody_co_signs_their_own_note() -> None:
    given(WRITTEN).when(co_sign_document, by=LINDQVIST, document_id=NOTE).refused(NobodyCoSignsTheirOwn)
    own = {**ASKED, "role": "therapist", "clinician_id": LINDQVIST.actor_id}
    given(WRITTEN).when(ask_co_signature, by=RIVERA, **own).refused(NobodyCoSignsTheirOwn)


def test_who_is_asked_has_to_be_able_to_open_it() -> None:
    given(WRITTEN).when(ask_co_signature, by=LINDQVIST, **ASKED, clinician_id=ABARA.actor_id).refused(IsNotOnTheTeam)
    given(PREPARED).when(ask_for_document, by=RIVERA, **MISSING, clinician_id=ABARA.actor_id).refused(IsNotOnTheTeam)


def test_a_day_that_has_passed_is_no_due_day() -> None:
    past = {**ASKED, "due_on": date(2026, 3, 1)}
    given(WRITTEN).when(ask_co_signature, by=LINDQVIST, **past).refused(DueDayHasPassed, field="due_on")
    given(PREPARED).when(ask_for_document, by=RIVERA, **{**MISSING, "due_on": date(2026, 3, 1)}).refused(
        DueDayHasPassed
    )


def test_asking_twice_records_once() -> None:
    asked = given(WRITTEN).when(ask_co_signature, by=LINDQVIST, **ASKED)
    asked.when(ask_co_signature, by=LINDQVIST, **ASKED).then()
    missing = given(PREPARED).when(ask_for_document, by=RIVERA, **MISSING)
    missing.when(ask_for_document, by=RIVERA, **MISSING).then()


def test_a_missing_note_is_asked_for_until_it_is_signed() -> None:
    asked = given(PREPARED).when(ask_for_document, by=RIVERA, **MISSING)
    asked.includes(DocumentRequested, kind=DocumentKind.PROGRESS_NOTE, session_id=PREPARATION)
    assert [one.request_id for one in waiting_requests(asked.state)] == [REQUEST]
    signed = sign(asked)
    assert waiting_requests(signed.state) == []


def test_what_is_signed_or_asked_for_already_is_not_asked_for() -> None:
    given(WRITTEN).when(ask_for_document, by=RIVERA, **MISSING).refused(DocumentIsSignedAlready)
    asked = given(PREPARED).when(ask_for_document, by=RIVERA, **MISSING)
    asked.when(ask_for_document, by=OKAFOR, **{**MISSING, "request_id": derived_id("second")}).refused(AskedForAlready)


def test_a_note_is_asked_of_a_role_that_writes_it() -> None:
    wrong = {**MISSING, "role": "prescriber"}
    given(PREPARED).when(ask_for_document, by=RIVERA, **wrong).refused(OnlyTheirsToWrite)


def test_a_note_on_the_course_is_met_only_by_a_newer_one() -> None:
    course = {**MISSING, "session_id": None}
    older = sign(given(PREPARED), session_id=None)
    asked = older.when(ask_for_document, by=RIVERA, **course)
    assert len(waiting_requests(asked.state)) == 1
    newer = sign(asked, document_id=derived_id("newer"), session_id=None)
    assert waiting_requests(newer.state) == []


def test_a_session_that_took_place_has_a_note_or_is_listed() -> None:
    assert [one.session_id for one in undocumented_sessions(given(PREPARED).state)] == [PREPARATION]
    assert undocumented_sessions(given(WRITTEN).state) == []


def test_a_note_in_error_leaves_the_state_and_opens_the_request_it_met() -> None:
    signed = sign(given(PREPARED).when(ask_for_document, by=RIVERA, **MISSING))
    entry = signed.entry(DocumentSigned)
    wrong = signed.when(mark_in_error, by=LINDQVIST, event_id=entry.envelope.event_id, reason="wrong", entry=entry)
    assert wrong.state.documents == {}
    assert len(waiting_requests(wrong.state)) == 1


def test_an_addendum_or_co_signature_in_error_leaves_the_note() -> None:
    added = given(WRITTEN).when(add_addendum, by=LINDQVIST, addendum_id=ADDENDUM, document_id=NOTE, text="More.")
    signed = added.when(co_sign_document, by=RIVERA, document_id=NOTE, addenda=1)
    for kind, by in ((AddendumSigned, LINDQVIST), (DocumentCoSigned, RIVERA)):
        entry = signed.entry(kind)
        signed = signed.when(mark_in_error, by=by, event_id=entry.envelope.event_id, reason="wrong", entry=entry)
    document = signed.state.documents[NOTE]
    assert (document.addenda, document.co_signatures) == ((), ())


def test_a_note_is_taken_back_by_the_profession_that_signed_it() -> None:
    signed = sign(given(PREPARED))
    entry = signed.entry(DocumentSigned)
    signed.when(mark_in_error, by=RIVERA, event_id=entry.envelope.event_id, reason="wrong", entry=entry).refused(
        OnlyTheSignersProfessionTakesThisBack
    )


def test_a_note_can_be_signed_after_discharge_and_before_anything_else() -> None:
    sign(given(REFERRED), session_id=None).includes(DocumentSigned)
