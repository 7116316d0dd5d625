"""Suspending and resuming a plan."""

from datetime import date

import pytest

from domain.derived import derived_id
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined, determine_eligibility
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.eligibility.find_contraindication import find_contraindication
from domain.episode.eligibility.resolve_contraindication import resolve_contraindication
from domain.episode.gates import Checkpoint
from domain.episode.plan.issue_plan import issue_plan
from domain.episode.plan.plan import PlanStatus
from domain.episode.plan.prescribing import ContraindicationStands, PatientIsNotEligible, PrescriberIsNotLicensed
from domain.episode.plan.resume_plan import (
    AdverseEventIsNotReviewed,
    EligibilityIsOlderThanTheCause,
    PlanResumed,
    resume_plan,
)
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause, suspend_plan
from domain.episode.plan.which_plan import PlanHasEnded, PlanIsUnknown
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.review_adverse_event import review_adverse_event
from tests.domain.given import Scenario, given
from tests.domain.people import RIVERA, clinician, clinicians, local, sealed
from tests.situations import PLAN, PLANNED, PREPARED, terms

SUSPENDED = (PREPARED, PlanSuspended(plan_id=PLAN, because=SuspendedBecause.OTHER, reason=sealed("reason")))


def test_a_prescriber_suspends_the_plan() -> None:
    suspended = given(PLANNED).when(suspend_plan, plan_id=PLAN, reason="travel")
    suspended.then(PlanSuspended(plan_id=PLAN, because=SuspendedBecause.OTHER, reason=sealed("reason")))
    assert suspended.state.plan.status is PlanStatus.SUSPENDED


def test_suspended_twice_is_suspended_once() -> None:
    given(SUSPENDED).when(suspend_plan, plan_id=PLAN, reason="travel").then()


def test_only_a_plan_that_is_there_and_has_not_ended_is_suspended() -> None:
    given(PLANNED).when(suspend_plan, plan_id=derived_id("plan", 9), reason="x").refused(PlanIsUnknown)
    second = given(PLANNED).when(issue_plan, plan_id=derived_id("plan", 2), terms=terms())
    second.when(suspend_plan, plan_id=PLAN, reason="x").refused(PlanHasEnded)


def test_a_prescriber_resumes_the_plan() -> None:
    resumed = given(SUSPENDED).when(resume_plan, plan_id=PLAN, reason="settled")
    resumed.then(PlanResumed(plan_id=PLAN, reason=sealed("reason")))
    assert resumed.state.plan.status is PlanStatus.IN_FORCE
    resumed.when(resume_plan, plan_id=PLAN, reason="settled").then()


def test_resuming_needs_a_licence_and_eligibility() -> None:
    unlicensed = clinicians(clinician(RIVERA, until=date(2026, 3, 3)))
    order = {"plan_id": PLAN, "reason": "settled"}
    given(SUSPENDED).when(resume_plan, **order, clinicians=unlicensed).refused(PrescriberIsNotLicensed)
    given(SUSPENDED).when(resume_plan, **order, now="2026-09-03 09:00").refused(PatientIsNotEligible)


def found_and_resolved() -> Scenario:
    found = given(PREPARED).when(find_contraindication, now="2026-03-20 10:00", code="uncontrolled_hypertension")
    found.then(
        found.entry(type(found.events[0])).event,
        PlanSuspended(plan_id=PLAN, because=SuspendedBecause.CONTRAINDICATION),
    )
    return found.when(
        resolve_contraindication, now="2026-04-10 10:00", code="uncontrolled_hypertension", evidence="cardiology"
    )


def test_x1_contraindication_with_a_way_back() -> None:
    eligible = found_and_resolved().when(
        determine_eligibility, now="2026-04-10 10:30", outcome=EligibilityOutcome.ELIGIBLE, rationale="cleared"
    )
    eligible.includes(EligibilityDetermined, valid_until=date(2026, 10, 10))
    resumed = eligible.when(resume_plan, now="2026-04-10 10:40", plan_id=PLAN, reason="cleared")
    assert resumed.state.plan.status is PlanStatus.IN_FORCE


def test_x1_resolving_alone_does_not_resume() -> None:
    order = {"plan_id": PLAN, "reason": "cleared"}
    found_and_resolved().when(resume_plan, **order).refused(EligibilityIsOlderThanTheCause, rule="22")


def test_x1_an_unresolved_one_keeps_the_plan_suspended() -> None:
    found = given(PREPARED).when(find_contraindication, now="2026-03-20 10:00", code="uncontrolled_hypertension")
    found.when(resume_plan, plan_id=PLAN, reason="x").refused(ContraindicationStands, rule="22")


def test_a1_an_adverse_event_keeps_the_plan_suspended_until_its_review_says_go_on() -> None:
    reported = given(PREPARED).when(
        report_adverse_event,
        now="2026-03-20 10:00",
        adverse_event_id=derived_id("ae"),
        term="vomiting",
        grade=3,
        serious=False,
    )
    reported.includes(PlanSuspended, because=SuspendedBecause.ADVERSE_EVENT)
    reported.when(resume_plan, plan_id=PLAN, reason="x").refused(AdverseEventIsNotReviewed, rule="25")
    review = {"adverse_event_id": derived_id("ae"), "related": "possible", "expected": True, "action": "treated"}
    stop = reported.when(review_adverse_event, **review, dosing_may_go_on=False, note="not again")
    stop.when(resume_plan, plan_id=PLAN, reason="x").refused(AdverseEventIsNotReviewed, rule="25")
    go_on = reported.when(review_adverse_event, **review, dosing_may_go_on=True, note="settled")
    go_on.when(resume_plan, plan_id=PLAN, reason="settled").includes(PlanResumed)


@pytest.mark.parametrize("suspended_first", [False, True])
def test_x1_a_finding_entered_late_was_not_known_to_an_older_eligibility(suspended_first: bool) -> None:
    """Its time lies before the determination, its entry after it."""
    then = "2026-03-01 09:00"
    scenario = given(PREPARED)
    if suspended_first:
        scenario = scenario.when(suspend_plan, now="2026-03-19 09:00", plan_id=PLAN, reason="holiday")
    found = scenario.when(
        find_contraindication, by=RIVERA, now="2026-03-20 09:00", occurred_at=local(then), code="acute_mania"
    )
    resolved = found.when(
        resolve_contraindication, now="2026-03-20 09:10", occurred_at=local(then), code="acute_mania", evidence="x"
    )
    resolved.when(resume_plan, now="2026-03-20 09:20", plan_id=PLAN, reason="x").refused(EligibilityIsOlderThanTheCause)
    asked = resolved.gates(Checkpoint.OPEN, now="2026-03-20 09:20")
    assert not next(gate for gate in asked if gate.key == "eligibility").is_open
