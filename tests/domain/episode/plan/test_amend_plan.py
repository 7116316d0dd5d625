"""Amending the plan in force."""

from datetime import date

from domain.derived import derived_id
from domain.episode.follow_up.complete_follow_up import FollowUpCompleted
from domain.episode.follow_up.follow_up import FollowUpDecision
from domain.episode.plan.amend_plan import PlanAmended, amend_plan
from domain.episode.plan.issue_plan import issue_plan
from domain.episode.plan.prescribing import (
    DoseStepIsLarge,
    MoreSessionsNeedFollowUp,
    PatientIsNotEligible,
    PlanBelongsToAnotherPrescriber,
    PlanWouldHaveExpired,
    PrescriberIsNotLicensed,
    SessionsWereNotReleased,
)
from domain.episode.plan.terms import TermsDoNotFit
from domain.episode.plan.which_plan import PlanHasEnded, PlanIsUnknown, PlanWasChanged
from tests.domain.given import History, Scenario, given
from tests.domain.people import ABARA, RIVERA, clinician, clinicians, local, sealed
from tests.dosing_day import RELEASED
from tests.situations import PLAN, PLANNED, PREPARED, terms


def amending(history: History = PLANNED, now: str = "2026-03-17 13:50", **changed: object) -> Scenario:
    order = {"plan_id": PLAN, "terms": terms(**changed), "reason": "blood pressure"}
    return given(history).when(amend_plan, by=RIVERA, now=now, **order)


def test_a_prescriber_amends_the_own_plan() -> None:
    amended = amending(minimum_interval_days=10, usual_days=21)
    changed = ("usual_days", "minimum_interval_days")
    expected = PlanAmended(
        plan_id=PLAN,
        version=2,
        terms=terms(minimum_interval_days=10, usual_days=21),
        changed=changed,
        reason=sealed("reason"),
    )
    amended.then(expected)
    assert amended.state.plan.version == 2
    assert amended.state.plan.amended_at == local("2026-03-17 13:50")


def test_unchanged_terms_record_nothing_new() -> None:
    amending().then()


def test_d7_a_plan_changed_meanwhile_is_not_amended_unseen() -> None:
    amended = amending(next_dose_mg=150)
    amended.when(
        amend_plan, by=RIVERA, plan_id=PLAN, plan_version=1, terms=terms(hold_minutes=10), reason="taste"
    ).refused(PlanWasChanged, field="plan_version")


def test_only_who_ordered_the_plan_amends_it() -> None:
    order = {"plan_id": PLAN, "terms": terms(hold_minutes=10), "reason": "taste"}
    given(PLANNED).when(amend_plan, by=ABARA, **order).refused(PlanBelongsToAnotherPrescriber)


def test_a_plan_that_ended_is_not_amended() -> None:
    second = given(PLANNED).when(issue_plan, by=RIVERA, plan_id=derived_id("plan", 2), terms=terms())
    order = {"plan_id": PLAN, "terms": terms(hold_minutes=10), "reason": "taste"}
    second.when(amend_plan, by=RIVERA, **order).refused(PlanHasEnded)


def test_a_plan_nobody_issued_is_not_amended() -> None:
    order = {"plan_id": derived_id("plan", 9), "terms": terms(), "reason": "taste"}
    given(PLANNED).when(amend_plan, by=RIVERA, **order).refused(PlanIsUnknown)


def test_amended_terms_must_fit_as_issued_ones_do() -> None:
    amending(maximum_mg=500).refused(TermsDoNotFit)
    amending(review_by=date(2026, 3, 16)).refused(PlanWouldHaveExpired)


def test_an_amendment_needs_eligibility_and_a_licence() -> None:
    amending(now="2026-09-03 09:00", review_by=date(2026, 12, 1)).refused(PatientIsNotEligible)
    order = {"plan_id": PLAN, "terms": terms(hold_minutes=10), "reason": "taste"}
    unlicensed = clinicians(clinician(RIVERA, until=date(2026, 3, 3)))
    given(PLANNED).when(amend_plan, by=RIVERA, **order, clinicians=unlicensed).refused(PrescriberIsNotLicensed)


def test_d6_a_large_step_asks_again_in_an_amendment_too() -> None:
    amending(next_dose_mg=350, booster=None).refused(DoseStepIsLarge)


def test_s2_more_sessions_need_a_follow_up() -> None:
    amending(sessions_authorised=8).refused(MoreSessionsNeedFollowUp, rule="9")


def follow_up(decision: FollowUpDecision, released: int) -> FollowUpCompleted:
    return FollowUpCompleted(
        completed_at=local("2026-04-01 10:00"),
        completed_by=RIVERA.actor_id,
        minutes=30,
        same_provider=True,
        decision=decision,
        sessions_released=released,
    )


def test_s2_follow_up_is_not_enough() -> None:
    once_dosed = (RELEASED, follow_up(FollowUpDecision.STOP, 0))
    amending(once_dosed, now="2026-04-02 10:00", sessions_authorised=8).refused(SessionsWereNotReleased, rule="9")
    none_more = (RELEASED, follow_up(FollowUpDecision.CONTINUE, 0))
    amending(none_more, now="2026-04-02 10:00", sessions_authorised=3).refused(SessionsWereNotReleased, rule="9")


def test_after_a_stop_other_terms_may_still_be_amended() -> None:
    stopped = (RELEASED, follow_up(FollowUpDecision.STOP, 0))
    amending(stopped, now="2026-04-02 10:00", hold_minutes=10).includes(PlanAmended, changed=("hold_minutes",))


def test_s2_continue_releases_as_many_as_it_says() -> None:
    visited = (RELEASED, follow_up(FollowUpDecision.CONTINUE, 6))
    amending(visited, now="2026-04-02 10:00", sessions_authorised=7).includes(PlanAmended, version=2)
    amending(visited, now="2026-04-02 10:00", sessions_authorised=8).refused(SessionsWereNotReleased)


def test_s2_a_follow_up_before_any_dose_releases_nothing() -> None:
    visit = follow_up(FollowUpDecision.CONTINUE, 6)
    amending((PREPARED, visit), now="2026-04-02 10:00", sessions_authorised=8).refused(MoreSessionsNeedFollowUp)
