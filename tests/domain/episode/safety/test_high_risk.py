"""What a C-SSRS does to dosing: cases P4 to P6, and the screening due on the day of an answer above 0."""

from collections.abc import Callable
from datetime import date
from itertools import combinations

import pytest

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.eligibility.determine_eligibility import determine_eligibility
from domain.episode.gates import GateClass
from domain.episode.outcome.correct_outcome import correct_outcome
from domain.episode.outcome.record_outcome import record_outcome
from domain.episode.plan.issue_plan import issue_plan
from domain.episode.plan.plan import PlanStatus
from domain.episode.plan.resume_plan import PlanResumed, resume_plan
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause
from domain.episode.safety.grant_override import grant_override
from domain.episode.safety.high_risk import HighRiskStands
from domain.episode.safety.override_limits import NobodyMayOverrideThis
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.record_safety_plan import (
    SafetyPlanIsMadeWithThePatient,
    SafetyPlanRecorded,
    record_safety_plan,
)
from domain.episode.safety.review_safety import Standing, review_safety
from domain.episode.safety.safety import HoldReason
from domain.protocol.shipped import load_shipped
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST, PROTOCOL, RIVERA, TEST_NETWORK, local, sealed
from tests.dosing_day import BOOKED, SESSION
from tests.gate_answers import closed, gate
from tests.situations import ADA_TERMS, ELIGIBLE, PLAN

NONE, LOW, MODERATE, HIGH, OPEN = (
    (0, 0, None, None, None, 0, None),
    (1, 0, None, None, None, 0, None),
    (1, 1, 1, 0, 0, 0, None),
    (1, 1, 1, 1, 0, 0, None),
    (1, 1, 0, None, 0, 0, None),
)
PLAN_OF_SAFETY = derived_id("safety plan", 1)
LATER = "2026-03-20 09:00"
SCREEN = "risk_screen:c-ssrs"


def screened(
    answers: tuple[int | None, ...], when: str = "2026-03-16 09:00", history: Scenario | None = None
) -> Scenario:
    """A C-SSRS by the therapist."""
    return (history or given(BOOKED)).when(
        record_outcome,
        by=LINDQVIST,
        now=when,
        outcome_id=derived_id("outcome", "c-ssrs", when),
        instrument="c-ssrs",
        taken_at=local(when),
        answers=answers,
    )


def answered(item_9: int, when: str, history: Scenario) -> Scenario:
    return history.when(
        record_outcome,
        by=LINDQVIST,
        now=when,
        outcome_id=derived_id("outcome", "phq-9", when),
        instrument="phq-9",
        taken_at=local(when),
        answers=(1, 1, 1, 1, 1, 0, 0, 0, item_9),
    )


def due(scenario: Scenario, now: str, **grounds: object) -> dict[str, Obligation]:
    asked = {"protocol": PROTOCOL, "network": TEST_NETWORK} | grounds
    return {o.key: o for o in obligations(scenario.state, now=local(now), **asked)}  # type: ignore[arg-type]


@pytest.mark.parametrize("answers", [NONE, LOW])
def test_p4_none_and_low_close_nothing(answers: tuple[int | None, ...]) -> None:
    assert not closed(screened(answers), "2026-03-17 13:20")


def test_p4_moderate_waits_for_a_signed_review() -> None:
    moderate = screened(MODERATE)
    moderate.includes(HoldPlaced, reason=HoldReason.SAFETY_ITEM).excludes(PlanSuspended)
    assert closed(moderate, "2026-03-17 13:20") == {"safety_review"}
    assert gate(moderate, "safety_review", "2026-03-17 13:20").gate_class is GateClass.OVERRIDE
    assert not closed(reviewed(moderate, "2026-03-16 12:00"), "2026-03-17 13:20")


def test_p4_incomplete_is_never_low() -> None:
    left_open = screened(OPEN)
    assert left_open.state.outcomes[derived_id("outcome", "c-ssrs", "2026-03-16 09:00")].level is None
    asked = gate(left_open, "safety_review", "2026-03-17 13:20")
    assert asked.missing == "the answer on suicidal thoughts"


def test_p4_high_stops_dosing_and_suspends_the_plan_and_nobody_overrides_it() -> None:
    high = screened(HIGH)
    high.includes(HoldPlaced, reason=HoldReason.HIGH_RISK)
    high.includes(PlanSuspended, because=SuspendedBecause.SAFETY)
    assert closed(high, "2026-03-17 13:20") == {"safety_review", "high_risk", "plan"}
    asked = gate(high, "high_risk", "2026-03-17 13:20")
    assert asked.gate_class is GateClass.ABSOLUTE
    assert asked.opens.call == TEST_NETWORK.on_calls[0].phone
    refused = high.when(
        grant_override, by=RIVERA, override_id=PLAN_OF_SAFETY, rule="21.high", session_id=SESSION, reason="x"
    )
    refused.refused(NobodyMayOverrideThis)


def reviewed(history: Scenario, now: str = LATER) -> Scenario:
    """The prescriber's reassessment; it releases the hold of the latest high risk too."""
    return history.when(
        review_safety,
        by=RIVERA,
        now=now,
        review_id=derived_id("review", now),
        hold_id=list(history.state.holds)[-1],
        done="seen and reassessed",
        dosing_may_go_on=True,
    )


def newer(history: Scenario) -> Scenario:
    return screened(LOW, LATER, history)


def safety_plan(history: Scenario) -> Scenario:
    return history.when(
        record_safety_plan,
        now=LATER,
        safety_plan_id=PLAN_OF_SAFETY,
        plan="x",
        made_with_patient=True,
        means_discussed=True,
        patient_has_copy=True,
    )


def eligible(history: Scenario) -> Scenario:
    return history.when(determine_eligibility, by=RIVERA, now=LATER, outcome="eligible", rationale="x")


def resumed(history: Scenario) -> Scenario:
    """The fact itself, whatever stands in its way: a gate is asked about what is recorded."""
    return history.after(at(LATER, PlanResumed(plan_id=PLAN, reason=sealed("x")), by=RIVERA))


WAY_BACK: dict[str, Callable[[Scenario], Scenario]] = {
    "a prescriber's reassessment": reviewed,
    "a newer C-SSRS that is not high": newer,
    "a safety plan with the patient": safety_plan,
    "eligibility determined anew": eligible,
    "the plan resumed": resumed,
}


def after(*steps: str) -> Scenario:
    told = screened(HIGH)
    for step in steps:
        told = WAY_BACK[step](told)
    return told


def test_p5_all_five_lead_back() -> None:
    back = after(*WAY_BACK)
    assert gate(back, "high_risk", "2026-03-24 13:20").is_open
    assert not closed(back, "2026-03-24 13:20")


@pytest.mark.parametrize("four", list(combinations(WAY_BACK, 4)))
def test_p5_any_four_of_the_five_do_not(four: tuple[str, ...]) -> None:
    (left_out,) = WAY_BACK.keys() - set(four)
    asked = gate(after(*four), "high_risk", "2026-03-24 13:20")
    assert not asked.is_open
    assert asked.missing == left_out


def test_p5_what_was_signed_before_does_not_count() -> None:
    before = eligible(safety_plan(given(BOOKED)))
    asked = gate(screened(HIGH, "2026-03-21 09:00", before), "high_risk", "2026-03-24 13:20")
    assert "a safety plan" in (asked.missing or "")
    assert "eligibility determined anew" in (asked.missing or "")


def test_p5_the_plan_is_not_resumed_before_the_other_four() -> None:
    three = after(*list(WAY_BACK)[:3])
    three.when(resume_plan, by=RIVERA, now=LATER, plan_id=PLAN, reason="x").refused(HighRiskStands, rule="21.high")
    four = after(*list(WAY_BACK)[:4])
    four.when(resume_plan, by=RIVERA, now=LATER, plan_id=PLAN, reason="x").includes(PlanResumed)


def test_p5_no_new_plan_goes_around_it() -> None:
    high = screened(HIGH, history=given(ELIGIBLE))
    refused = high.when(issue_plan, by=RIVERA, plan_id=PLAN, terms=ADA_TERMS)
    refused.refused(HighRiskStands)


def test_p5_a_second_high_starts_over() -> None:
    again = screened(HIGH, "2026-03-23 09:00", after(*WAY_BACK))
    assert again.state.plan.status is PlanStatus.SUSPENDED
    asked = gate(again, "high_risk", "2026-03-24 13:20")
    assert all(step in (asked.missing or "") for step in WAY_BACK)


def test_p5_an_older_low_does_not_lead_back_from_the_latest_high() -> None:
    """On paper: high on Monday at 09:00; then a high of 07:00 and a low of 08:00 are entered, the low last of all."""
    on_paper = screened(HIGH, "2026-03-16 07:00", screened(HIGH, "2026-03-16 09:00"))
    older = gate(screened(LOW, "2026-03-16 08:00", on_paper), "high_risk", "2026-03-17 13:20")
    assert "a newer C-SSRS that is not high" in (older.missing or "")
    newer = gate(screened(LOW, "2026-03-16 10:00", on_paper), "high_risk", "2026-03-17 13:20")
    assert "a newer C-SSRS that is not high" not in (newer.missing or "")


def test_p5_the_steps_are_owed_until_they_are_done() -> None:
    owed = due(screened(HIGH), "2026-03-16 10:00")["high_risk"]
    assert (owed.decision, owed.with_role, owed.is_safety) == ("review_safety", Role.PRESCRIBER, True)
    next_owed = due(after("a prescriber's reassessment"), "2026-03-20 10:00")["high_risk"]
    assert (next_owed.decision, next_owed.with_role) == ("record_outcome", Role.THERAPIST)
    assert "high_risk" not in due(after(*WAY_BACK), "2026-03-20 10:00")


def test_p6_a_correction_does_not_release() -> None:
    high = screened(HIGH)
    corrected = high.when(
        correct_outcome,
        by=LINDQVIST,
        now="2026-03-16 10:00",
        outcome_id=derived_id("outcome", "c-ssrs", "2026-03-16 09:00"),
        answers=LOW,
        reason="typing error",
    )
    assert {"safety_review", "plan"} <= closed(corrected, "2026-03-17 13:20")
    confirmed = reviewed(corrected, "2026-03-16 12:00")
    assert closed(confirmed, "2026-03-17 13:20") == {"plan"}


def test_p6_a_correction_to_high_stops_as_high_does() -> None:
    corrected = screened(LOW).when(
        correct_outcome,
        by=LINDQVIST,
        now="2026-03-16 10:00",
        outcome_id=derived_id("outcome", "c-ssrs", "2026-03-16 09:00"),
        answers=HIGH,
        reason="question 4 was yes",
    )
    corrected.includes(HoldPlaced, reason=HoldReason.HIGH_RISK).includes(PlanSuspended)
    assert not gate(corrected, "high_risk", "2026-03-17 13:20").is_open


def under_a_standing_review() -> Scenario:
    return given(BOOKED).when(
        review_safety,
        by=RIVERA,
        now="2026-03-20 09:00",
        review_id=derived_id("review", "standing"),
        done="chronic, unchanged",
        dosing_may_go_on=True,
        standing=Standing(instrument="phq-9", up_to_score=1, until_on=date(2026, 4, 30)),
    )


@pytest.mark.parametrize(("answers", "is_open"), [(LOW, True), (MODERATE, False)])
def test_p3_a_standing_review_counts_while_the_c_ssrs_is_at_most_low(
    answers: tuple[int | None, ...], is_open: bool
) -> None:
    flagged = answered(1, "2026-04-14 10:00", screened(answers, "2026-04-14 09:00", under_a_standing_review()))
    assert gate(flagged, "safety_review", "2026-04-14 13:00").is_open is is_open


def test_p3_a_moderate_c_ssrs_that_was_reviewed_still_takes_the_standing_review_away() -> None:
    """Who reviewed the screening has not answered for item 9, which the standing review does not cover any more."""
    covered = answered(1, "2026-04-14 09:00", under_a_standing_review())
    assert gate(covered, "safety_review", "2026-04-14 13:00").is_open
    moderate = screened(MODERATE, "2026-04-14 10:00", covered)
    (hold_id,) = (hold.hold_id for hold in moderate.state.holds.values())
    looked_at = moderate.when(
        review_safety,
        by=RIVERA,
        now="2026-04-14 11:00",
        review_id=derived_id("review", "moderate"),
        hold_id=hold_id,
        done="talked",
        dosing_may_go_on=True,
    )
    asked = gate(looked_at, "safety_review", "2026-04-14 13:00")
    assert not asked.is_open
    assert [fact for fact in asked.facts if "C-SSRS" in fact] == []
    low = screened(LOW, "2026-04-14 12:00", looked_at)
    assert gate(low, "safety_review", "2026-04-14 13:00").is_open


def test_item_9_above_0_asks_for_a_c_ssrs_on_the_same_day() -> None:
    flagged = answered(1, "2026-03-16 09:00", given(BOOKED))
    owed = due(flagged, "2026-03-16 10:00")[SCREEN]
    assert (owed.due_on, owed.with_id, owed.what) == (date(2026, 3, 16), LINDQVIST.actor_id, "C-SSRS")
    assert owed.is_overdue(local("2026-03-17 00:01"), TEST_NETWORK.zone)
    assert SCREEN not in due(screened(LOW, "2026-03-16 11:00", flagged), "2026-03-16 12:00")
    assert SCREEN in due(screened(OPEN, "2026-03-16 11:00", flagged), "2026-03-16 12:00")
    assert SCREEN not in due(flagged, "2026-03-16 10:00", protocol=load_shipped("kap-core", "1"))


def test_a_safety_plan_is_made_with_the_patient_and_recorded_once() -> None:
    order = {"safety_plan_id": PLAN_OF_SAFETY, "plan": "x", "means_discussed": True, "patient_has_copy": False}
    made = given(BOOKED).when(record_safety_plan, made_with_patient=True, **order)
    made.then(
        SafetyPlanRecorded(
            safety_plan_id=PLAN_OF_SAFETY, plan=sealed("x"), means_discussed=True, patient_has_copy=False
        )
    )
    made.when(record_safety_plan, made_with_patient=True, **order).then()
    refused = given(BOOKED).when(record_safety_plan, made_with_patient=False, **order)
    refused.refused(SafetyPlanIsMadeWithThePatient)
