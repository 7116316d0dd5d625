"""What is recorded late in an earlier course counts in the one that is open (rules 11 and 21)."""

from typing import Any

import pytest

from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.course.discharge_patient import DischargeReason, discharge_patient
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.dosing.clear_to_dose import clear_to_dose
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.gates import GatesAreClosed
from domain.episode.outcome.correct_outcome import correct_outcome
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause
from domain.episode.referral.carry_over_earlier_course import (
    CarryOverEarlierCourse,
    EarlierCourseCarriedOver,
    carry_over_earlier_course,
)
from domain.episode.referral.elsewhere import Elsewhere
from domain.episode.safety.carry_over_adverse_event import AdverseEventCarriedOver
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.review_adverse_event import AdverseEventReviewed, review_adverse_event
from domain.episode.safety.safety import HoldReason
from domain.policies.carry_over_earlier_course_when_more_becomes_known import (
    CARRY_OVER_EARLIER_COURSE_WHEN_MORE_BECOMES_KNOWN as POLICY,
)
from domain.sealed import Sealed
from tests.domain.episode.referral.test_high_risk_goes_on import closed_in_may, referred_again
from tests.domain.episode.safety.test_high_risk import HIGH, LOW, MODERATE, WAY_BACK, reviewed, screened
from tests.domain.given import Scenario, given
from tests.domain.people import LINDQVIST, RIVERA, local
from tests.dosing_day import BOOKED, CLEARED, DAY, SESSION, dose, on
from tests.gate_answers import closed, gate
from tests.situations import PREPARED

ENDED = derived_id("episode", "ended")
TAKEN = "2026-03-16 09:00"
NOW = "2026-06-02 10:00"


def carried(here: Scenario, *there: Scenario, now: str = NOW) -> Scenario:
    """This course after the policy looked at the earlier ones."""
    courses = Elsewhere(tuple(closed_in_may(course) for course in there))
    return here.when(carry_over_earlier_course, now=now, elsewhere=courses, found_in=ENDED)


def test_a_high_c_ssrs_recorded_late_stops_dosing_here_and_suspends_the_plan() -> None:
    again = carried(given(PREPARED), screened(HIGH))
    again.includes(EarlierCourseCarriedOver, found_in=ENDED)
    again.includes(HoldPlaced, reason=HoldReason.HIGH_RISK, because_of=derived_id("outcome", "c-ssrs", TAKEN))
    again.includes(PlanSuspended, because=SuspendedBecause.SAFETY)
    missing = gate(again, "high_risk", NOW).missing or ""
    assert all(step in missing for step in WAY_BACK)


def test_the_way_back_begins_when_it_became_known_here() -> None:
    """Screened low and reviewed here before anybody knew: signed without knowing of it."""
    before = screened(LOW, "2026-06-01 11:00", given(PREPARED))
    missing = gate(carried(before, screened(HIGH)), "high_risk", NOW).missing or ""
    assert "a newer C-SSRS that is not high" in missing


def test_it_stands_beside_a_high_c_ssrs_of_this_course_that_is_older_news() -> None:
    again = carried(screened(HIGH, "2026-05-20 09:00", given(PREPARED)), screened(HIGH))
    assert gate(again, "high_risk", NOW).facts[0] == "C-SSRS of 16 Mar 2026 09:00: high."


def test_suicidal_thoughts_below_high_hold_without_suspending() -> None:
    again = carried(given(PREPARED), screened(MODERATE))
    again.includes(HoldPlaced, reason=HoldReason.SAFETY_ITEM).excludes(PlanSuspended)
    again.excludes(EarlierCourseCarriedOver)


def test_a_repetition_and_what_the_referral_brought_along_add_nothing() -> None:
    again = carried(given(PREPARED), screened(HIGH))
    carried(again, screened(HIGH)).then()
    carried(reviewed(again, "2026-06-02 11:00"), screened(HIGH), now="2026-06-02 12:00").then()
    carried(referred_again(screened(HIGH)), screened(HIGH)).then()


def test_what_a_prescriber_had_released_there_is_not_held_here() -> None:
    carried(given(PREPARED), reviewed(screened(MODERATE), "2026-03-16 12:00")).then()


def test_thoughts_told_again_after_the_review_here_hold_anew() -> None:
    again = reviewed(carried(given(PREPARED), screened(MODERATE)), "2026-06-02 11:00")
    worse = screened(MODERATE, "2026-04-01 09:00", screened(MODERATE))
    carried(again, worse, now="2026-06-02 12:00").includes(HoldPlaced, reason=HoldReason.SAFETY_ITEM)


def corrected(course: Scenario, answers: Any) -> Scenario:
    return course.when(
        correct_outcome,
        by=LINDQVIST,
        now="2026-04-20 09:00",
        outcome_id=derived_id("outcome", "c-ssrs", TAKEN),
        answers=answers,
        reason=Sealed.of("A slip"),
    )


def test_a_correction_to_high_is_carried_over_and_one_from_high_ends_it_but_no_hold() -> None:
    rose = carried(given(PREPARED), corrected(screened(MODERATE), HIGH))
    rose.includes(HoldPlaced, reason=HoldReason.HIGH_RISK).includes(PlanSuspended)
    fell = carried(rose, corrected(screened(HIGH), LOW))
    assert "high_risk" not in closed(fell, NOW)
    assert "safety_review" in closed(fell, NOW)


def test_a_screening_marked_in_error_there_ends_it_here() -> None:
    there = screened(HIGH)
    again = carried(given(PREPARED), there)
    entry = there.entry(OutcomeRecorded)
    wrong = there.when(
        mark_in_error, by=LINDQVIST, entry=entry, event_id=entry.envelope.event_id, reason=Sealed.of("Not hers")
    )
    assert "high_risk" not in closed(carried(again, wrong), NOW)


def test_a_dose_entered_late_counts_towards_the_days_between_doses() -> None:
    dosed = given(CLEARED, dose("14:05"))
    again = carried(given(PREPARED), dosed, now="2026-03-20 10:00")
    assert again.state.earlier.last_dose_at == local("2026-03-17 14:05")
    assert "interval" in closed(again, "2026-03-20 10:00")
    entry = dosed.entry(DoseTaken)
    wrong = dosed.when(
        mark_in_error, by=RIVERA, entry=entry, event_id=entry.envelope.event_id, reason=Sealed.of("Not hers")
    )
    assert carried(again, wrong).state.earlier.last_dose_at is None


def test_a_grave_event_whose_review_is_marked_in_error_there_stops_dosing_here() -> None:
    """Dosing might go on when the patient was referred again, so that nothing came along."""
    grave = derived_id("adverse event", "grave")
    report = {"adverse_event_id": grave, "term": "confusion", "grade": 3, "serious": False}
    judged = {"related": "unlikely", "expected": False, "action": "watched", "dosing_may_go_on": True}
    there = (
        given(PREPARED, stream_id=ENDED)
        .when(report_adverse_event, now="2026-04-01 09:00", **report)
        .when(review_adverse_event, by=RIVERA, adverse_event_id=grave, note=Sealed.of("Seen"), **judged)
    )
    carried(given(PREPARED), there).excludes(HoldPlaced)
    entry = there.entry(AdverseEventReviewed)
    wrong = there.when(
        mark_in_error, by=RIVERA, entry=entry, event_id=entry.envelope.event_id, reason=Sealed.of("Not hers")
    )
    again = carried(given(PREPARED), wrong)
    again.includes(AdverseEventCarriedOver, adverse_event_id=grave, reported_in=ENDED)
    again.includes(HoldPlaced, reason=HoldReason.ADVERSE_EVENT, because_of=grave).includes(PlanSuspended)
    carried(again, wrong).then()


HERE = f"{DAY} 13:57"


def dosed_in_march(day: str) -> Scenario:
    """An earlier course with a dose on a day."""
    return given(CLEARED, dose("14:05", day=day), stream_id=ENDED)


def dosed_here(scenario: Scenario, clock: str = "14:05") -> Scenario:
    order = {"session_id": SESSION, "dose_id": derived_id("dose", "here"), "amount_mg": 200, "taken_at": on(clock)}
    return scenario.when(record_dose, now=f"{DAY} 18:00", tablets_not_counted=True, **order)


def codes(scenario: Scenario) -> list[str]:
    return [one.code for one in scenario.events if isinstance(one, DeviationNoted)]


def test_i2_a_dose_of_an_earlier_course_that_is_carried_over_after_the_go_ends_it() -> None:
    known = carried(given(CLEARED), dosed_in_march("2026-03-14"), now=HERE)
    asked = {"session_id": SESSION, "dose_mg": 200, "plan_version": 1}
    known.when(clear_to_dose, now=f"{DAY} 13:58", **asked).refused(GatesAreClosed, rule="11")
    dosed_here(known).includes(DoseTaken, cleared=False).includes(DeviationNoted, code="interval")
    dosed_here(known, "13:56").includes(DoseTaken, cleared=True)


def test_i2_one_that_lies_long_enough_back_ends_no_go() -> None:
    known = carried(given(CLEARED), dosed_in_march("2026-03-02"), now=HERE)
    dosed_here(known).includes(DoseTaken, cleared=True).excludes(DeviationNoted)


def test_i2_one_that_is_carried_over_after_the_dose_is_told_and_no_rule_that_was_broken() -> None:
    later = carried(given(CLEARED), dosed_in_march("2026-03-14"), now=f"{DAY} 17:00")
    assert codes(dosed_here(later).includes(DoseTaken, cleared=True)) == ["ketamine_known_late"]
    before = carried(dosed_here(given(CLEARED)), dosed_in_march("2026-03-14"), now=f"{DAY} 19:00")
    assert codes(before) == ["ketamine_known_late"]
    carried(before, dosed_in_march("2026-03-14"), now=f"{DAY} 20:00").then()


def test_high_risk_of_an_earlier_course_that_is_carried_over_after_the_go_ends_it() -> None:
    known = carried(given(CLEARED), screened(HIGH), now=HERE)
    dosed_here(known).includes(DoseTaken, cleared=False)
    later = carried(given(CLEARED), screened(HIGH), now=f"{DAY} 17:00")
    dosed_here(later).includes(DoseTaken, cleared=True).excludes(DeviationNoted)


def test_the_carried_over_entry_is_taken_back_where_it_was_made() -> None:
    again = carried(given(PREPARED), screened(HIGH))
    entry = again.entry(EarlierCourseCarriedOver)
    refused = again.when(
        mark_in_error, by=RIVERA, entry=entry, event_id=entry.envelope.event_id, reason=Sealed.of("Wrong")
    )
    assert "in the earlier episode" in str(refused.refusal)


def test_only_a_course_under_way_takes_it_over_and_no_person_orders_it() -> None:
    carried(given(BOOKED).when(discharge_patient, reason=DischargeReason.COMPLETED), screened(HIGH)).then()
    carried(given(), screened(HIGH)).then()
    courses = Elsewhere((closed_in_may(screened(HIGH)),))
    given(PREPARED).when(carry_over_earlier_course, by=LINDQVIST, now=NOW, elsewhere=courses, found_in=ENDED).refused(
        RoleMayNotDecide
    )


@pytest.mark.parametrize("reason", list(HoldReason))
def test_holds_for_thoughts_of_suicide_are_looked_at_and_no_others(reason: HoldReason) -> None:
    (recorded,) = given(HoldPlaced(hold_id=derived_id("hold", reason), reason=reason), stream_id=ENDED).recorded
    is_safety = reason in (HoldReason.SAFETY_ITEM, HoldReason.SUICIDAL_THOUGHTS, HoldReason.HIGH_RISK)
    assert POLICY.order(*recorded) == (CarryOverEarlierCourse(found_in=ENDED) if is_safety else None)
