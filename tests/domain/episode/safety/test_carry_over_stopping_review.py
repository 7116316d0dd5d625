"""A review in an earlier course that says dosing stops, stops it here too, once, whatever the grade (rule 25)."""

from typing import Any

from domain.actor import Role
from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.course.discharge_patient import discharge_patient
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.plan.suspend_plan import PlanSuspended
from domain.episode.referral.elsewhere import Elsewhere
from domain.episode.safety.carry_over_adverse_event import AdverseEventCarriedOver, carry_over_adverse_event
from domain.episode.safety.carry_over_stopping_review import CarryOverStoppingReview, carry_over_stopping_review
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.release_hold import release_hold
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.review_adverse_event import AdverseEventReviewed, review_adverse_event
from domain.episode.safety.safety import HoldReason
from domain.policies.carry_over_stopping_review_when_reviewed_elsewhere import (
    CARRY_OVER_STOPPING_REVIEW_WHEN_REVIEWED_ELSEWHERE as POLICY,
)
from domain.sealed import Sealed
from tests.domain.episode.referral.test_high_risk_goes_on import closed_in_may
from tests.domain.given import Scenario, given
from tests.domain.people import LINDQVIST, RIVERA
from tests.gate_answers import closed, gate
from tests.situations import PLAN, PREPARED

ENDED, EVENT = derived_id("episode", "ended"), derived_id("adverse event", "mild")
NOW = "2026-06-02 10:00"


def reported(grade: int = 2) -> Scenario:
    """An adverse event in the course that has ended."""
    report = {"adverse_event_id": EVENT, "term": "confusion", "grade": grade, "serious": False}
    return given(PREPARED, stream_id=ENDED).when(report_adverse_event, now="2026-04-01 09:00", **report)


def reviewed(course: Scenario, *, goes_on: bool, now: str = "2026-06-02 09:00") -> Scenario:
    judged = {"related": "probable", "expected": False, "action": "dosing_paused", "dosing_may_go_on": goes_on}
    return course.when(
        review_adverse_event, by=RIVERA, now=now, adverse_event_id=EVENT, note=Sealed.of("Seen"), **judged
    )


def carried(here: Scenario, there: Scenario, now: str = NOW) -> Scenario:
    """This course after the policy looked at the review there."""
    courses = Elsewhere((closed_in_may(there),))
    order = {"adverse_event_id": EVENT, "reviewed_in": ENDED}
    return here.when(carry_over_stopping_review, now=now, elsewhere=courses, **order)


def known_here(grade: int = 3) -> Scenario:
    """Carried over when it was reported, as a grave one is."""
    order = {"adverse_event_id": EVENT, "reported_in": ENDED, "term": "confusion", "grade": grade, "serious": False}
    return given(PREPARED).when(carry_over_adverse_event, now="2026-06-01 09:00", **order)


STOPS = reviewed(reported(), goes_on=False)


def test_dosing_is_held_here_and_the_plan_suspended() -> None:
    again = carried(given(PREPARED), STOPS)
    again.includes(AdverseEventCarriedOver, adverse_event_id=EVENT, reported_in=ENDED, grade=2)
    again.includes(HoldPlaced, reason=HoldReason.ADVERSE_EVENT, because_of=EVENT)
    again.includes(PlanSuspended, plan_id=PLAN)
    (hold_id,) = again.state.holds
    assert gate(again, f"hold:{hold_id}", NOW).opens.by is Role.PRESCRIBER


def test_it_is_carried_over_once_and_not_where_it_is_held_already() -> None:
    carried(carried(given(PREPARED), STOPS), STOPS).then()
    carried(known_here(), reviewed(reported(3), goes_on=False)).then()


def test_a_review_that_was_changed_or_marked_in_error_since_stops_nothing() -> None:
    carried(given(PREPARED), reviewed(STOPS, goes_on=True, now="2026-06-02 09:30")).then()
    entry = STOPS.entry(AdverseEventReviewed)
    wrong = STOPS.when(
        mark_in_error, by=RIVERA, entry=entry, event_id=entry.envelope.event_id, reason=Sealed.of("Not hers")
    )
    carried(given(PREPARED), wrong).then()


def test_an_event_that_was_judged_here_before_is_held_anew() -> None:
    judged = reviewed(known_here(), goes_on=True, now="2026-06-01 12:00")
    again = carried(judged, reviewed(reported(3), goes_on=False))
    again.includes(HoldPlaced, reason=HoldReason.ADVERSE_EVENT, because_of=EVENT)
    assert any(key.startswith("hold:") for key in closed(again, NOW))
    carried(again, reviewed(reported(3), goes_on=False)).then()


def test_what_was_judged_here_since_stands() -> None:
    judged = reviewed(known_here(), goes_on=True, now="2026-06-02 09:30")
    carried(judged, reviewed(reported(3), goes_on=False)).then()
    again = carried(given(PREPARED), STOPS)
    (hold_id,) = again.state.holds
    released = again.when(release_hold, by=RIVERA, now="2026-06-02 11:00", hold_id=hold_id, reason=Sealed.of("Seen"))
    carried(released, STOPS, now="2026-06-02 12:00").then()
    mild = reviewed(reviewed(STOPS, goes_on=True, now="2026-06-02 13:00"), goes_on=False, now="2026-06-02 14:00")
    carried(released, mild, now="2026-06-02 15:00").includes(HoldPlaced, because_of=EVENT)


def test_only_a_course_under_way_is_stopped() -> None:
    carried(closed_course(), STOPS).then()


def closed_course() -> Scenario:
    return given(PREPARED).when(discharge_patient, by=RIVERA, now="2026-05-20 09:00", reason="completed")


def test_no_person_carries_it_over() -> None:
    order: dict[str, Any] = {"adverse_event_id": EVENT, "reviewed_in": ENDED}
    refused = given(PREPARED).when(carry_over_stopping_review, by=LINDQVIST, now=NOW, elsewhere=Elsewhere(), **order)
    refused.refused(RoleMayNotDecide)


def test_only_a_review_that_stops_calls_for_a_reaction() -> None:
    def order(course: Scenario) -> object:
        return POLICY.order(*course.entry(AdverseEventReviewed))

    assert order(STOPS) == CarryOverStoppingReview(adverse_event_id=EVENT, reviewed_in=ENDED)
    assert order(reviewed(reported(), goes_on=True)) is None
