"""Safety reviews, deviations, and adverse events reported and reviewed: rules 21 and 25, cases A1, A2, E1."""

from datetime import date
from typing import Any

import pytest

from domain.actor import Actor
from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.due.obligations import obligations
from domain.episode.plan.plan import PlanStatus
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause
from domain.episode.safety.holds import HoldIsUnknown
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.episode.safety.place_hold import HoldPlaced, hold_because
from domain.episode.safety.release_hold import HoldReleased
from domain.episode.safety.report_adverse_event import AdverseEventReported, AdverseEventTerm, report_adverse_event
from domain.episode.safety.review_adverse_event import (
    AdverseEventIsUnknown,
    AdverseEventReviewed,
    review_adverse_event,
)
from domain.episode.safety.review_deviation import DeviationIsUnknown, DeviationReviewed, review_deviation
from domain.episode.safety.review_safety import (
    HoldIsNotASafetyHold,
    InstrumentHasNoSafetyItem,
    SafetyReviewed,
    Standing,
    StandingReviewHasEnded,
    StandingReviewNeedsDosingToGoOn,
    review_safety,
)
from domain.episode.safety.safety import HoldReason
from domain.instrument import InstrumentIsUnknown
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST, OKAFOR, PROTOCOL, RIVERA, TEST_NETWORK, local, sealed
from tests.dosing_day import BOOKED, SESSION
from tests.gate_answers import outcome_id, phq9
from tests.situations import PLAN

EVENT, REVIEW = derived_id("adverse event", 1), derived_id("review", 1)
OUTCOME = outcome_id("2026-03-16 09:00")
HOLD = hold_because(HoldReason.SAFETY_ITEM, OUTCOME)
FLAGGED = (BOOKED, phq9("2026-03-16 09:00", 1), at("2026-03-16 09:00", HOLD))
REVIEWED = {"review_id": REVIEW, "done": "asked, safety plan", "dosing_may_go_on": True}


def test_a_review_answers_for_its_outcome_and_releases_its_hold() -> None:
    reviewed = given(FLAGGED).when(review_safety, hold_id=HOLD.hold_id, **REVIEWED)
    reviewed.then(
        SafetyReviewed(
            review_id=REVIEW, hold_id=HOLD.hold_id, done=sealed("x"), dosing_may_go_on=True, outcome_ids=(OUTCOME,)
        ),
        HoldReleased(hold_id=HOLD.hold_id, reason=sealed("x")),
    )
    assert reviewed.state.outcomes[OUTCOME].safety_review_id == REVIEW


def test_a_review_that_says_no_keeps_the_hold() -> None:
    reviewed = given(FLAGGED).when(review_safety, **(REVIEWED | {"dosing_may_go_on": False}), hold_id=HOLD.hold_id)
    reviewed.excludes(HoldReleased)
    assert reviewed.state.outcomes[OUTCOME].safety_review_id is None


def test_reviewed_twice_is_reviewed_once() -> None:
    once = given(FLAGGED).when(review_safety, hold_id=HOLD.hold_id, **REVIEWED)
    once.when(review_safety, hold_id=HOLD.hold_id, **REVIEWED).then()


def test_only_a_prescriber_reviews() -> None:
    given(FLAGGED).when(review_safety, by=LINDQVIST, **REVIEWED).refused(RoleMayNotDecide)


def test_a_review_names_a_safety_hold() -> None:
    other = HoldPlaced(hold_id=EVENT, reason=HoldReason.VITALS)
    given(FLAGGED, other).when(review_safety, hold_id=EVENT, **REVIEWED).refused(HoldIsNotASafetyHold)
    given(FLAGGED).when(review_safety, hold_id=EVENT, **REVIEWED).refused(HoldIsUnknown)


def test_a_standing_review_is_sound() -> None:
    def standing(reason: Any, field: str, *, go_on: bool = True, **changed: Any) -> None:
        order: dict[str, Any] = {"instrument": "phq-9", "up_to_score": 1, "until_on": date(2026, 4, 30)} | changed
        given(FLAGGED).when(
            review_safety, review_id=REVIEW, done="x", dosing_may_go_on=go_on, standing=Standing(**order)
        ).refused(reason, field=field)

    standing(StandingReviewNeedsDosingToGoOn, "dosing_may_go_on", go_on=False)
    standing(InstrumentHasNoSafetyItem, "standing.instrument", instrument="gad-7")
    standing(InstrumentHasNoSafetyItem, "standing.instrument", instrument="c-ssrs")
    standing(InstrumentIsUnknown, "instrument", instrument="mood")
    standing(StandingReviewHasEnded, "standing.until_on", until_on=date(2026, 3, 15))


def test_the_same_day_is_still_ahead() -> None:
    standing = Standing(instrument="phq-9", up_to_score=1, until_on=date(2026, 3, 16))
    given(FLAGGED).when(review_safety, **REVIEWED, standing=standing).includes(SafetyReviewed, outcome_ids=())


def reporting(scenario: Scenario, **changed: Any) -> Scenario:
    order = {"adverse_event_id": EVENT, "term": "vomiting", "grade": 2, "serious": False} | changed
    return scenario.when(report_adverse_event, **order)


@pytest.mark.parametrize("who", [LINDQVIST, RIVERA, OKAFOR])
def test_anyone_reports(who: Actor) -> None:
    reporting(given(BOOKED), by=who, occurred_at=local("2026-03-09 10:00"), now="2026-03-12 10:00").then(
        AdverseEventReported(
            adverse_event_id=EVENT,
            term=AdverseEventTerm.VOMITING,
            grade=2,
            serious=False,
            happened_at=local("2026-03-09 10:00"),
        )
    )


def test_a_grave_event_holds_and_suspends() -> None:
    grave = reporting(given(BOOKED), grade=3, session_id=SESSION)
    grave.includes(HoldPlaced, reason=HoldReason.ADVERSE_EVENT, because_of=EVENT, session_id=SESSION)
    grave.includes(PlanSuspended, plan_id=PLAN, because=SuspendedBecause.ADVERSE_EVENT)
    assert grave.state.plan.status is PlanStatus.SUSPENDED


def test_a_suspended_plan_is_not_suspended_again() -> None:
    suspended = given(BOOKED, PlanSuspended(plan_id=PLAN, because=SuspendedBecause.OTHER))
    reporting(suspended, grade=4).excludes(PlanSuspended)


def test_reported_twice_is_reported_once() -> None:
    reporting(reporting(given(BOOKED), grade=3), grade=3).then()


def test_a2_after_a_death_nothing_is_due_but_the_review() -> None:
    died = reporting(given(BOOKED), term="other", grade=5, serious=True, now="2026-03-12 10:00")
    due = obligations(died.state, now=local("2026-03-12 10:01"), protocol=PROTOCOL, network=TEST_NETWORK)
    assert {obligation.key for obligation in due} == {"adverse_event_review"}


def test_a2_events_after_discharge_are_recorded() -> None:
    gone = PatientDischarged(patient_id=EVENT, reason=DischargeReason.COMPLETED, on=date(2026, 3, 12))
    reporting(given(BOOKED, gone), grade=4).includes(AdverseEventReported, grade=4)


def reviewing(scenario: Scenario, **changed: Any) -> Scenario:
    order = {
        "adverse_event_id": EVENT,
        "related": "probable",
        "expected": True,
        "action": "watched",
        "dosing_may_go_on": True,
        "note": "resolved in an hour",
    }
    return scenario.when(review_adverse_event, **(order | changed))


def test_a_review_lets_dosing_go_on_and_releases_its_hold() -> None:
    grave = reporting(given(BOOKED), grade=3)
    (hold_id,) = grave.state.holds
    reviewed = reviewing(grave)
    reviewed.includes(AdverseEventReviewed, dosing_may_go_on=True).includes(HoldReleased, hold_id=hold_id)
    assert reviewed.state.plan.status is PlanStatus.SUSPENDED


def test_a_later_review_stands_above_an_earlier_one() -> None:
    stopped = reviewing(reporting(given(BOOKED), grade=3), dosing_may_go_on=False)
    stopped.excludes(HoldReleased)
    reviewing(stopped, dosing_may_go_on=False).then()
    reviewing(stopped).includes(HoldReleased)


def test_only_an_event_that_was_reported_is_reviewed_and_by_a_prescriber() -> None:
    reviewing(given(BOOKED)).refused(AdverseEventIsUnknown, rule="25")
    reviewing(reporting(given(BOOKED)), by=LINDQVIST).refused(RoleMayNotDecide)


def test_a_deviation_is_reviewed_once() -> None:
    noted = note_deviation("15", "over_maximum", EVENT, taken_mg=450)
    reviewed = given(BOOKED, noted).when(review_deviation, deviation_id=noted.deviation_id, note="discussed")
    reviewed.then(DeviationReviewed(deviation_id=noted.deviation_id, note=sealed("x")))
    reviewed.when(review_deviation, deviation_id=noted.deviation_id, note="discussed").then()
    given(BOOKED).when(review_deviation, deviation_id=EVENT, note="x").refused(DeviationIsUnknown)
    given(BOOKED, noted).when(review_deviation, by=OKAFOR, deviation_id=noted.deviation_id, note="x").refused(
        RoleMayNotDecide
    )


def test_a_deviation_says_what_broke_which_rule() -> None:
    noted = note_deviation("15", "over_maximum", EVENT, taken_mg=450, maximum_mg=400)
    assert isinstance(noted, DeviationNoted)
    assert {name: int(value) for name, value in noted.values.items()} == {"taken_mg": 450, "maximum_mg": 400}
    assert given(BOOKED, noted).state.deviations[noted.deviation_id].about == EVENT
