"""Who marks which entry in error, once, and what needs a second person (W1, X1)."""

import pytest

from domain.derived import derived_id
from domain.episode.consent.sign_consent import ConsentSigned
from domain.episode.course.mark_in_error import (
    ADoseWasTakenInIt,
    CliniciansTakeThisBack,
    EntryHasItsOwnWayBack,
    EntryIsUnknown,
    EntryMarkedInError,
    OnlyAPrescriberTakesThisBack,
    SecondPersonIsNeeded,
    mark_in_error,
)
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.dosing.record_vitals import VitalsRecorded
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.eligibility.find_contraindication import ContraindicationFound, find_contraindication
from domain.episode.intake.complete_intake import IntakeCompleted
from domain.episode.intake.intake import Answer
from domain.episode.intake.update_intake import IntakeUpdated, KetamineAllergyStands, update_intake
from domain.episode.outcome.record_outcome import OutcomeRecorded, record_outcome
from domain.episode.plan.issue_plan import PlanIssued
from domain.episode.prescription.record_prescription import PrescriptionRecorded
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.session.book_session import SessionBooked
from domain.episode.session.session import SessionStatus
from domain.episode.team.assign_care_team_member import CareTeamMemberAssigned
from domain.event import Event
from tests.domain.episode.course.in_error import REASON, marking
from tests.domain.given import Scenario, at, given
from tests.domain.people import ABARA, ADA, LINDQVIST, OKAFOR, RIVERA, clinician, clinicians, local, sealed
from tests.dosing_day import (
    DOSED,
    RELEASED,
    SECOND_SESSION,
    SESSION,
    booked,
    integrated,
)
from tests.gate_answers import closed, gate, phq9
from tests.situations import ADA_ELIGIBLE, ADA_INTAKE, ASSIGNED, PREPARED


def test_an_entry_in_error_names_what_it_was_and_when() -> None:
    scenario = given(PREPARED, phq9("2026-03-16 09:00", 0))
    entry = scenario.entry(OutcomeRecorded)
    marking(scenario, OutcomeRecorded, LINDQVIST).then(
        EntryMarkedInError(
            entry_id=entry.envelope.event_id,
            entry_stored_as="OutcomeRecorded",
            entry_occurred_at=local("2026-03-16 09:00"),
            reason=sealed(REASON),
            patient_id=ADA,
            entry_sensitivity="standard",
        )
    )


@pytest.mark.parametrize("event_class", [DoseTaken, VitalsRecorded, ConsentSigned])
def test_coordination_takes_back_what_coordination_recorded_and_nothing_of_the_care(event_class: type[Event]) -> None:
    """Without a dose the days between doses would have passed, and without vitals out of limits a dose be cleared."""
    history = given(RELEASED)
    marking(history, event_class, OKAFOR).refused(CliniciansTakeThisBack)
    marking(history, event_class, LINDQVIST).includes(EntryMarkedInError)
    marking(given(PREPARED), CareTeamMemberAssigned, OKAFOR).includes(EntryMarkedInError)


def test_the_booking_of_a_session_with_a_dose_stays() -> None:
    """Its dose would vanish with it, from the days between doses and the sessions left, and nobody would be told."""
    marking(given(DOSED), SessionBooked, LINDQVIST).refused(ADoseWasTakenInIt)
    without = marking(given(DOSED), DoseTaken, LINDQVIST).includes(DeviationNoted, code="dose_in_error")
    marking(without, SessionBooked, LINDQVIST).includes(EntryMarkedInError)


@pytest.mark.parametrize(("consent_type", "code"), [("ketamine", "consent_in_error"), ("telehealth", "")])
def test_a_prescriber_is_told_when_the_consent_to_a_dose_was_in_error(consent_type: str, code: str) -> None:
    dosed = given(RELEASED)
    signed = [one for one in dosed.recorded if isinstance(one.event, ConsentSigned)]
    entry = next(one for one in signed if one.event.model_dump()["consent_type"] == consent_type)
    order = {"event_id": entry.envelope.event_id, "reason": REASON, "entry": entry}
    marked = dosed.when(mark_in_error, by=LINDQVIST, **order)
    assert [event.code for event in marked.events if isinstance(event, DeviationNoted)] == [code] * bool(code)
    not_dosed = given(PREPARED).when(mark_in_error, by=LINDQVIST, **order)
    not_dosed.includes(EntryMarkedInError).excludes(DeviationNoted)


def codes(scenario: Scenario) -> list[tuple[str, str]]:
    return [(event.rule, event.code) for event in scenario.events if isinstance(event, DeviationNoted)]


@pytest.mark.parametrize(
    ("event_class", "told"),
    [(EligibilityDetermined, ("2", "eligibility_in_error")), (IntakeCompleted, ("+intake", "intake_in_error"))],
)
def test_a_prescriber_is_told_when_what_allowed_a_dose_was_in_error(
    event_class: type[Event], told: tuple[str, str]
) -> None:
    assert codes(marking(given(RELEASED), event_class, RIVERA)) == [told]
    assert codes(marking(given(PREPARED), event_class, RIVERA)) == []


def test_a_dose_rested_on_the_eligibility_of_its_day_alone() -> None:
    """One that came after the dose allowed nothing; with another before it the patient was eligible all the same."""
    again = given(RELEASED, at("2026-03-18 09:00", ADA_ELIGIBLE, by=RIVERA))
    assert codes(marking(again, EligibilityDetermined, RIVERA)) == []
    first = given(RELEASED).entry(EligibilityDetermined)
    order = {"event_id": first.envelope.event_id, "reason": REASON, "entry": first}
    assert codes(again.when(mark_in_error, by=RIVERA, **order)) == [("2", "eligibility_in_error")]
    twice = given(PREPARED, at("2026-03-10 18:00", ADA_ELIGIBLE, by=RIVERA), *RELEASED[1:])
    assert codes(twice.when(mark_in_error, by=RIVERA, **order)) == []


def test_marked_twice_is_marked_once() -> None:
    once = marking(given(PREPARED, phq9("2026-03-16 09:00", 0)), OutcomeRecorded)
    marking(once, OutcomeRecorded).then()


def test_only_an_entry_of_this_episode() -> None:
    order = {"event_id": ADA, "reason": REASON}
    given(PREPARED).when(mark_in_error, **order).refused(EntryIsUnknown)
    entry = given(PREPARED).entry(PlanIssued)
    given(PREPARED).when(mark_in_error, **order, entry=entry).refused(EntryIsUnknown, field="event_id")


def test_w1_a_dose_of_another_patient() -> None:
    ben = marking(given(DOSED), DoseTaken, LINDQVIST)
    ben.includes(EntryMarkedInError).includes(DeviationNoted, rule="29", code="dose_in_error")
    session = ben.state.sessions[SESSION]
    assert (session.is_dosed, session.status) == (False, SessionStatus.CLEARED)
    assert gate(ben, "plan", "2026-03-18 09:00", None).facts[0].startswith("Plan 1: 0 of 2 sessions used")
    assert gate(ben, "interval", "2026-03-18 09:00", None).is_open
    ada = given(
        RELEASED, integrated("2026-03-19"), at("2026-03-20 09:00", booked(SECOND_SESSION, "2026-03-24 14:00", 2))
    )
    dose_id = derived_id("dose", "ada")
    moved = ada.when(
        record_dose,
        by=LINDQVIST,
        now="2026-03-24 18:00",
        session_id=SECOND_SESSION,
        dose_id=dose_id,
        amount_mg=200,
        taken_at=local("2026-03-24 14:05"),
    )
    moved.includes(DoseTaken, taken_at=local("2026-03-24 14:05"))
    assert not gate(moved, "interval", "2026-03-30 09:00", None).is_open


def test_w1_a_hold_it_caused_stays() -> None:
    flagged = given(PREPARED).when(
        record_outcome,
        by=LINDQVIST,
        outcome_id=ADA,
        instrument="phq-9",
        taken_at=local("2026-03-10 11:00"),
        answers=(0, 0, 0, 0, 0, 0, 0, 0, 1),
    )
    taken_back = marking(flagged, OutcomeRecorded)
    assert not taken_back.state.outcomes
    assert "safety_review" in closed(taken_back, "2026-03-17 09:00", None)


def never_resolving() -> list[Scenario]:
    allergic = ADA_INTAKE.model_copy(update={"ketamine_allergy": Answer.YES})
    psychosis = ADA_ELIGIBLE.model_copy(update={"outcome": "not_eligible", "absolute": ("primary_psychosis",)})
    return [
        given(PREPARED).when(find_contraindication, by=RIVERA, code="ketamine_allergy"),
        given(PREPARED, at("2026-03-12 09:00", psychosis)),
        given(ASSIGNED, at("2026-03-02 09:58", allergic, by=RIVERA)),
    ]


@pytest.mark.parametrize("found", never_resolving())
def test_x1_what_never_resolves_needs_a_second_person(found: Scenario) -> None:
    event_class = next(
        type(r.event)
        for r in reversed(found.recorded)
        if isinstance(r.event, ContraindicationFound | EligibilityDetermined | IntakeCompleted)
    )
    marking(found, event_class, LINDQVIST).refused(OnlyAPrescriberTakesThisBack)
    marking(found, event_class).refused(SecondPersonIsNeeded, field="second_person_id")
    for not_a_second in (RIVERA, OKAFOR):
        marking(found, event_class, second_person_id=not_a_second.actor_id).refused(SecondPersonIsNeeded)
    suspended = clinicians(clinician(ABARA, suspended=True))
    marking(found, event_class, second_person_id=ABARA.actor_id, clinicians=suspended).refused(SecondPersonIsNeeded)
    taken_back = marking(found, event_class, second_person_id=LINDQVIST.actor_id)
    taken_back.includes(EntryMarkedInError, second_person_id=LINDQVIST.actor_id)
    assert not taken_back.state.unresolved_contraindications


def test_x1_an_update_does_not_take_an_allergy_away() -> None:
    allergic = given(PREPARED).when(update_intake, now="2026-03-12 09:00", ketamine_allergy="yes")
    allergic.when(update_intake, ketamine_allergy="no").refused(KetamineAllergyStands, rule="22")
    marking(allergic, IntakeUpdated).refused(SecondPersonIsNeeded)
    taken_back = marking(allergic, IntakeUpdated, second_person_id=LINDQVIST.actor_id)
    assert taken_back.state.intake.ketamine_allergy is Answer.NO
    assert marking(taken_back, IntakeCompleted).state.intake is None


def test_only_the_latest_update_of_the_intake_is_taken_back() -> None:
    once = given(PREPARED).when(update_intake, now="2026-03-12 09:00", pregnancy="denied")
    twice = once.when(update_intake, now="2026-03-13 09:00", home_state="NJ")
    marking(
        twice, IntakeUpdated, entry=once.entry(IntakeUpdated), event_id=once.entry(IntakeUpdated).envelope.event_id
    ).refused(EntryHasItsOwnWayBack)
    assert marking(twice, IntakeUpdated).state.intake.home_state == "NY"
    assert marking(twice, IntakeCompleted).state.intake is None


def test_x1_one_that_can_resolve_needs_the_prescriber_alone() -> None:
    found = given(PREPARED).when(find_contraindication, by=RIVERA, code="acute_mania")
    marking(found, ContraindicationFound).includes(EntryMarkedInError, second_person_id=None)


@pytest.mark.parametrize("event_class", [IntakeCompleted, EligibilityDetermined, PlanIssued, PrescriptionRecorded])
def test_what_a_prescriber_signs_a_prescriber_takes_back(event_class: type[Event]) -> None:
    marking(given(PREPARED), event_class, LINDQVIST).refused(OnlyAPrescriberTakesThisBack, rule="17")
    marking(given(PREPARED), event_class).includes(EntryMarkedInError, entry_stored_as=event_class.stored_as)
