"""Holds close the second part as well, come back with a review in error, and open for nobody in the past."""

from typing import Any

import pytest

from domain.decision import decision_of
from domain.derived import derived_id
from domain.episode.course.mark_in_error import EntryMarkedInError, mark_in_error
from domain.episode.dosing.clear_to_dose import DoseCleared, clear_to_dose
from domain.episode.dosing.declare_emergency import EmergencyDeclared, declare_emergency
from domain.episode.dosing.record_checklist import record_checklist
from domain.episode.dosing.record_dose import record_dose
from domain.episode.gates import GatesAreClosed
from domain.episode.safety.grant_override import grant_override
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import place_hold
from domain.episode.safety.release_hold import HoldReleased, release_hold
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.review_safety import SafetyReviewed, review_safety
from domain.episode.safety.safety import HoldReason
from domain.episode.safety.signed_now import ASignatureIsNotBackdated
from domain.episode.session.session import VitalsPhase
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST, RIVERA
from tests.dosing_day import BOOSTER, DAY, DOSED, READY, READY_BUT_VITALS, SESSION, check, on, vitals

HOLD = derived_id("hold placed by hand")
FOR_A_BOOSTER = given(DOSED, at(f"{DAY} 14:27", check("14:26"), vitals("14:27", phase=VitalsPhase.DURING)))


def held(scenario: Scenario, reason: HoldReason, clock: str = "14:28") -> Scenario:
    return scenario.when(
        place_hold, by=LINDQVIST, now=f"{DAY} {clock}", hold_id=HOLD, reason=reason, session_id=SESSION
    )


def clearing_a_booster(scenario: Scenario) -> Scenario:
    return scenario.when(
        clear_to_dose,
        now=f"{DAY} 14:30",
        session_id=SESSION,
        part="booster",
        dose_mg=100,
        plan_version=1,
        patient_was_asked=True,
    )


def test_without_a_hold_the_booster_is_cleared() -> None:
    clearing_a_booster(FOR_A_BOOSTER).includes(DoseCleared)


@pytest.mark.parametrize("reason", HoldReason)
def test_every_hold_closes_the_booster(reason: HoldReason) -> None:
    clearing_a_booster(held(FOR_A_BOOSTER, reason)).refused(GatesAreClosed)


def test_a_grave_event_closes_the_booster_by_itself() -> None:
    reported = FOR_A_BOOSTER.when(
        report_adverse_event, by=LINDQVIST, adverse_event_id=HOLD, term="other", grade=3, serious=False
    )
    clearing_a_booster(reported).refused(GatesAreClosed, rule="25")


def test_a_booster_taken_all_the_same_is_recorded_with_the_hold_it_went_against() -> None:
    taken = held(FOR_A_BOOSTER, HoldReason.OTHER).when(
        record_dose, now=f"{DAY} 14:31", session_id=SESSION, dose_id=BOOSTER, part="booster", amount_mg=100
    )
    taken.includes(DeviationNoted, rule="+hold", code="hold", about=BOOSTER)


def test_a_review_in_error_takes_its_release_back() -> None:
    answered = given(READY_BUT_VITALS).when(
        record_checklist,
        now=f"{DAY} 13:30",
        session_id=SESSION,
        checklist_id=derived_id("thoughts"),
        suicidal_thoughts_today=True,
    )
    hold_id = next(iter(answered.state.holds))
    reviewed = answered.when(
        review_safety, review_id=derived_id("review"), hold_id=hold_id, done="talked", dosing_may_go_on=True
    )
    reviewed.includes(HoldReleased, hold_id=hold_id)
    entry, release = reviewed.entry(SafetyReviewed), reviewed.entry(HoldReleased)
    order: dict[str, Any] = {"event_id": entry.envelope.event_id, "reason": "another patient", "entry": entry}
    taken_back = reviewed.when(mark_in_error, by=RIVERA, **order)
    taken_back.includes(EntryMarkedInError, entry_id=release.envelope.event_id, entry_stored_as="HoldReleased")
    assert taken_back.state.holds[hold_id].is_open


def test_e1_a_hold_placed_by_hand_does_not_swallow_the_emergency() -> None:
    declared = held(given(DOSED), HoldReason.EMERGENCY, "14:10").when(
        declare_emergency, by=LINDQVIST, now=f"{DAY} 14:11", emergency_id=derived_id("emergency")
    )
    declared.includes(EmergencyDeclared, session_id=SESSION)
    declared.when(declare_emergency, by=LINDQVIST, emergency_id=derived_id("again")).then()


@pytest.mark.parametrize(
    ("decide", "order"),
    [
        (release_hold, {"hold_id": HOLD, "reason": "seen"}),
        (review_safety, {"review_id": HOLD, "done": "seen", "dosing_may_go_on": True}),
        (grant_override, {"override_id": HOLD, "rule": "10", "session_id": SESSION, "reason": "seen"}),
    ],
    ids=lambda value: decision_of(value).name if callable(value) else "",
)
def test_what_opens_the_way_is_signed_now(decide: Any, order: dict[str, Any]) -> None:
    asked = held(given(READY), HoldReason.SAFETY_ITEM, "13:50")
    asked.when(decide, by=RIVERA, now=f"{DAY} 18:00", occurred_at=on("13:00"), **order).refused(
        ASignatureIsNotBackdated, field="occurred_at"
    )
    asked.when(decide, by=RIVERA, now=f"{DAY} 18:00", occurred_at=on("17:57"), **order).includes(object)  # type: ignore[arg-type]
