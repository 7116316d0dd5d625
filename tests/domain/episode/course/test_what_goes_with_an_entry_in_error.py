"""What an entry in error had recorded counts no longer, and no hold goes with it (W1, X1, principle 2)."""

from datetime import date
from typing import Any

import pytest

from domain.episode.consent.consents import ConsentType
from domain.episode.consent.sign_consent import ConsentSigned
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.course.mark_in_error import (
    OWN_WAY,
    EntryHasItsOwnWayBack,
    EntryMarkedInError,
    mark_in_error,
)
from domain.episode.dosing.clear_to_dose import DoseCleared
from domain.episode.dosing.confirm_place import PlaceConfirmed
from domain.episode.dosing.correct_dose import DoseCorrected, correct_dose
from domain.episode.dosing.correct_vitals import VitalsCorrected, correct_vitals
from domain.episode.dosing.end_dosing_session import SessionEnded
from domain.episode.dosing.record_checklist import ChecklistRecorded
from domain.episode.dosing.record_companion_arrival import CompanionArrived
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.dosing.record_vitals import VitalsRecorded
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.follow_up.complete_follow_up import FollowUpCompleted
from domain.episode.intake.complete_intake import IntakeCompleted
from domain.episode.outcome.correct_outcome import OutcomeCorrected, correct_outcome
from domain.episode.outcome.record_outcome import OutcomeRecorded, record_outcome
from domain.episode.plan.issue_plan import PlanIssued
from domain.episode.prescription.record_prescription import PrescriptionRecorded
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import HoldPlaced, hold_because
from domain.episode.safety.release_hold import HoldReleased
from domain.episode.safety.report_adverse_event import AdverseEventReported, report_adverse_event
from domain.episode.safety.review_adverse_event import review_adverse_event
from domain.episode.safety.review_safety import SafetyReviewed, review_safety
from domain.episode.safety.safety import HoldReason
from domain.episode.session.cancel_session import cancel_session
from domain.episode.session.session import SessionKind, SessionStatus
from domain.episode.team.assign_care_team_member import CareTeamMemberAssigned
from domain.event import EVENTS, Event
from tests.domain.episode.course.in_error import marking
from tests.domain.given import at, given
from tests.domain.people import ADA, LINDQVIST, PROTOCOL, local, sealed
from tests.dosing_day import (
    BOOKED,
    CLEARED,
    DAY,
    DOSED,
    FIRST_DOSE,
    READY,
    RELEASED,
    SESSION,
    cleared,
    dose,
    vitals_id,
)
from tests.gate_answers import followed_up, gate, phq9
from tests.situations import PLAN, PREPARED


def test_every_fact_goes_with_its_entry() -> None:
    state = marking(given(PREPARED), IntakeCompleted).state
    assert state.intake is None
    assert marking(given(PREPARED), EligibilityDetermined).state.eligibility is None
    assert marking(given(PREPARED), PlanIssued).state.plan is None
    assert not marking(given(PREPARED), PrescriptionRecorded).state.prescriptions
    telehealth = marking(given(PREPARED), ConsentSigned).state.consents
    assert [consent.consent_type for consent in telehealth] == [ConsentType.KETAMINE]
    team = marking(given(PREPARED), CareTeamMemberAssigned).state.team
    assert [member.clinician_id for member in team] == [LINDQVIST.actor_id]
    assert not marking(given(RELEASED, followed_up("2026-04-01 09:00")), FollowUpCompleted).state.follow_ups
    running = marking(given(RELEASED), SessionEnded).state.sessions[SESSION]
    assert (running.status, running.ended_as) == (SessionStatus.DOSED, None)
    kinds = {s.kind for s in marking(given(BOOKED), SESSION_BOOKED).state.sessions.values()}
    assert kinds == {SessionKind.PREPARATION}


SESSION_BOOKED = EVENTS["SessionBooked"]


def test_a_second_plan_taken_back_leaves_the_first_ended() -> None:
    second = PlanIssued.model_validate(
        given(PREPARED).entry(PlanIssued).event.model_dump() | {"plan_id": ADA, "number": 2}
    )
    state = marking(given(PREPARED, at("2026-03-12 09:00", second)), PlanIssued).state
    assert state.plan is not None
    assert (state.plan.plan_id, state.plan.status) == (PLAN, "ended")


def test_a_release_and_a_review_taken_back_leave_it_open() -> None:
    hold = hold_because(HoldReason.VITALS, ADA)
    released = given(PREPARED, hold, HoldReleased(hold_id=hold.hold_id, reason=sealed("x")))
    assert marking(released, HoldReleased).state.holds[hold.hold_id].is_open
    grave = given(PREPARED).when(report_adverse_event, adverse_event_id=ADA, term="other", grade=3, serious=False)
    reviewed = grave.when(
        review_adverse_event,
        adverse_event_id=ADA,
        related="unlikely",
        expected=True,
        action="none",
        dosing_may_go_on=True,
        note="x",
    )
    event = marking(reviewed, EVENTS["AdverseEventReviewed"]).state.adverse_events[ADA]
    assert event.needs_review
    assert not marking(grave, AdverseEventReported).state.adverse_events
    answered = given(PREPARED, phq9("2026-03-12 09:00", 1)).when(
        review_safety, review_id=ADA, done="x", dosing_may_go_on=True
    )
    assert gate(answered, "safety_review", "2026-03-17 09:00", None).is_open
    assert not gate(marking(answered, SafetyReviewed), "safety_review", "2026-03-17 09:00", None).is_open


def test_a_correction_in_error_gives_back_the_value_before() -> None:
    recorded = given(PREPARED).when(
        record_outcome, outcome_id=ADA, instrument="gad-7", taken_at=local("2026-03-10 11:00"), total=9
    )
    corrected = recorded.when(correct_outcome, outcome_id=ADA, total=6, reason="x")
    assert marking(corrected, OutcomeCorrected).state.outcomes[ADA].total == 9
    assert not marking(corrected, OutcomeRecorded).state.outcomes


def test_a_discharge_in_error_opens_the_episode_again() -> None:
    gone = given(PREPARED, PatientDischarged(patient_id=ADA, reason=DischargeReason.COMPLETED, on=date(2026, 3, 12)))
    back = marking(gone, PatientDischarged, LINDQVIST)
    back.includes(EntryMarkedInError, patient_id=ADA, entry_stored_as="PatientDischarged")
    assert back.state.closed_at is None


@pytest.mark.parametrize("event_class", [HoldPlaced, EVENTS["PatientReferred"]])
def test_some_entries_have_their_own_way_back(event_class: type[Event]) -> None:
    held = given(PREPARED, hold_because(HoldReason.VITALS, ADA))
    marking(held, event_class).refused(EntryHasItsOwnWayBack, field="event_id")


def test_every_such_entry_is_an_event_there_is() -> None:
    assert set(OWN_WAY) <= set(EVENTS)
    assert PROTOCOL.rule("29").number == "29"


@pytest.mark.parametrize(
    ("decide", "order", "event_class"),
    [
        (correct_dose, {"dose_id": FIRST_DOSE, "amount_mg": 300}, DoseCorrected),
        (
            correct_vitals,
            {"vitals_id": vitals_id("13:40"), "systolic_mmhg": 150, "diastolic_mmhg": 80},
            VitalsCorrected,
        ),
    ],
)
def test_a_correction_of_the_day_is_corrected_once_more(
    decide: Any, order: dict[str, Any], event_class: type[Event]
) -> None:
    corrected = given(DOSED).when(decide, now="2026-03-18 09:00", session_id=SESSION, reason="x", **order)
    marking(corrected, event_class).refused(EntryHasItsOwnWayBack, field="event_id")


def test_w1_a_dose_taken_back_leaves_a_cancelled_session_cancelled() -> None:
    cancelled = given(BOOKED).when(cancel_session, now="2026-03-17 10:00", session_id=SESSION)
    typed = cancelled.when(record_dose, now="2026-03-17 18:00", session_id=SESSION, dose_id=FIRST_DOSE, amount_mg=200)
    assert typed.state.sessions[SESSION].status is SessionStatus.DOSED
    assert marking(typed, DoseTaken).state.sessions[SESSION].status is SessionStatus.CANCELLED


def test_vitals_in_error_that_a_dose_rested_on_are_told_to_the_prescriber() -> None:
    dosed = given(DOSED)
    entry = dosed.entry(VitalsRecorded)
    marked = dosed.when(
        mark_in_error, event_id=entry.envelope.event_id, reason="another patient's", entry=entry, by=LINDQVIST
    )
    marked.includes(EntryMarkedInError, entry_stored_as="VitalsRecorded")
    marked.includes(DeviationNoted, rule="4", code="vitals_in_error")


def test_vitals_in_error_before_any_dose_are_no_deviation() -> None:
    ready = given(READY)
    entry = ready.entry(VitalsRecorded)
    marked = ready.when(
        mark_in_error, event_id=entry.envelope.event_id, reason="another patient's", entry=entry, by=LINDQVIST
    )
    marked.excludes(DeviationNoted)


OF_THE_DAY = {
    DoseCleared: ("4", "clearance_in_error"),
    ChecklistRecorded: ("+suicide_question", "checklist_in_error"),
    PlaceConfirmed: ("+place", "place_in_error"),
    CompanionArrived: ("12", "companion_in_error"),
}


@pytest.mark.parametrize("kind", OF_THE_DAY)
def test_w1_a_prescriber_is_told_when_an_entry_of_the_day_a_dose_rested_on_was_anothers(kind: type[Event]) -> None:
    """Ben's checklist under Ada: Ada took her dose without having been asked."""
    rule, code = OF_THE_DAY[kind]
    marking(given(DOSED), kind).includes(DeviationNoted, rule=rule, code=code, about=FIRST_DOSE)
    marking(given(CLEARED), kind).excludes(DeviationNoted)


def test_a_go_that_was_given_twice_leaves_one_to_the_dose() -> None:
    twice = given(READY, at(f"{DAY} 13:50", cleared("14:10")), at(f"{DAY} 13:55", cleared("14:10")))
    dosed = twice.after(at(f"{DAY} 14:05", dose("14:05")))
    marking(dosed, DoseCleared).excludes(DeviationNoted)
