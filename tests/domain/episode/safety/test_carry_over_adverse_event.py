"""What was reported in an earlier episode stops dosing in this one, once, and only while this one is open."""

from datetime import date
from typing import Any

import pytest

from domain.actor import Role
from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.due.obligations import has_died
from domain.episode.gates import Checkpoint
from domain.episode.plan.suspend_plan import PlanSuspended
from domain.episode.safety.carry_over_adverse_event import AdverseEventCarriedOver, carry_over_adverse_event
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.release_hold import HoldReleased, release_hold
from domain.episode.safety.review_adverse_event import review_adverse_event
from domain.episode.safety.safety import HoldReason
from domain.sealed import Sealed
from tests.domain.given import given
from tests.domain.people import ADA, LINDQVIST, RIVERA, local
from tests.situations import PLAN, PREPARED, REFERRED

EVENT = derived_id("adverse event", "earlier")
NOW = "2026-03-12 09:00"


def order(grade: int = 3) -> dict[str, Any]:
    return {
        "adverse_event_id": EVENT,
        "reported_in": derived_id("episode", "earlier"),
        "term": "mania_or_psychosis",
        "grade": grade,
        "serious": True,
        "occurred_at": local("2026-02-20 11:00"),
    }


def test_it_is_recorded_with_a_hold_and_suspends_the_plan() -> None:
    told = given(PREPARED).when(carry_over_adverse_event, now=NOW, **order())
    told.includes(AdverseEventCarriedOver, adverse_event_id=EVENT, happened_at=local("2026-02-20 11:00"))
    told.includes(HoldPlaced, reason=HoldReason.ADVERSE_EVENT, because_of=EVENT)
    told.includes(PlanSuspended, plan_id=PLAN)
    review = next(gate for gate in told.gates(Checkpoint.OPEN, now=NOW) if gate.key == "adverse_events")
    assert not review.is_open
    assert review.opens.by is Role.PRESCRIBER


def test_it_is_carried_over_once() -> None:
    carried = given(PREPARED).when(carry_over_adverse_event, now=NOW, **order())
    carried.when(carry_over_adverse_event, now=NOW, **order()).then()


def test_its_review_here_lets_dosing_go_on_here() -> None:
    carried = given(PREPARED).when(carry_over_adverse_event, now=NOW, **order())
    review = {"related": "unlikely", "expected": False, "action": "watched", "dosing_may_go_on": True}
    reviewed = carried.when(
        review_adverse_event, by=RIVERA, adverse_event_id=EVENT, note=Sealed.of("Seen"), **review
    )  # fmt: skip
    reviewed.includes(HoldReleased)
    gates = reviewed.gates(Checkpoint.OPEN, now=NOW)
    assert next(gate for gate in gates if gate.key == "adverse_events").is_open


def test_marked_in_error_here_it_does_not_come_back_with_a_repetition() -> None:
    carried = given(PREPARED).when(carry_over_adverse_event, now=NOW, **order())
    entry = carried.entry(AdverseEventCarriedOver)
    wrong = carried.when(
        mark_in_error, by=RIVERA, entry=entry, event_id=entry.envelope.event_id, reason=Sealed.of("Another patient")
    )
    assert not wrong.state.adverse_events
    assert [hold.is_open for hold in wrong.state.holds.values()] == [True], "a hold is released by name, never lifted"
    wrong.when(carry_over_adverse_event, now=NOW, **order()).then()
    (hold_id,) = wrong.state.holds
    released = wrong.when(release_hold, by=RIVERA, hold_id=hold_id, reason=Sealed.of("Another patient's"))
    released.when(carry_over_adverse_event, now=NOW, **order()).then()


def test_a_death_reported_in_an_earlier_episode_is_known_here() -> None:
    assert has_died(given(PREPARED).when(carry_over_adverse_event, now=NOW, **order(grade=5)).state)


@pytest.mark.parametrize(
    "history",
    [(), (REFERRED, PatientDischarged(patient_id=ADA, reason=DischargeReason.COMPLETED, on=date(2026, 3, 1)))],
    ids=["an episode never opened", "an episode that has ended"],
)
def test_only_a_course_under_way_takes_it_over(history: Any) -> None:
    given(*history).when(carry_over_adverse_event, now=NOW, **order()).then()


def test_no_person_carries_an_event_over() -> None:
    given(PREPARED).when(carry_over_adverse_event, by=LINDQVIST, now=NOW, **order()).refused(RoleMayNotDecide)
