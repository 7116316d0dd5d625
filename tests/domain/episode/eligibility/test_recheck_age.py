"""A birth date corrected during the course: no dose for a minor, whatever the plan says, and somebody is told."""

import pytest

from domain.episode.alert.alert import AlertKind
from domain.episode.alert.alerts import alerts
from domain.episode.alert.may_raise import may_raise
from domain.episode.course.mark_in_error import EntryHasItsOwnWayBack
from domain.episode.eligibility.of_age import PatientIsNotOfAge
from domain.episode.eligibility.recheck_age import AgeRechecked, recheck_age
from domain.episode.gates import Checkpoint
from domain.episode.plan.resume_plan import PlanResumed, resume_plan
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause
from domain.stream import change
from tests.domain.episode.course.in_error import marking
from tests.domain.given import Scenario, given
from tests.domain.people import ADA_PATIENT, PROTOCOL, RIVERA, SYSTEM, TEST_NETWORK, local
from tests.dosing_day import DOSED, READY
from tests.gate_answers import closed
from tests.situations import ELIGIBLE, PLAN, PREPARED

MINOR = change(ADA_PATIENT, is_adult=False)
NOW = "2026-03-17 13:50"


def corrected(scenario: Scenario, *, adult: bool) -> Scenario:
    return scenario.when(recheck_age, by=SYSTEM, now=NOW, patient=change(ADA_PATIENT, is_adult=adult))


def told(scenario: Scenario) -> list[tuple[AlertKind, str]]:
    found = alerts(scenario.state, now=local("2026-03-17 14:00"), protocol=PROTOCOL, network=TEST_NETWORK)
    assert may_raise(scenario.state) or not found, "lists look for alerts nowhere else"
    return [(alert.kind, alert.why) for alert in found if "of age" in alert.why]


def test_the_plan_of_a_minor_is_suspended_in_the_same_append() -> None:
    found = corrected(given(READY), adult=False)
    found.then(AgeRechecked(adult=False), PlanSuspended(plan_id=PLAN, because=SuspendedBecause.SAFETY))
    corrected(found, adult=False).then()


def test_without_a_plan_that_is_in_force_the_age_alone_is_said() -> None:
    corrected(given(ELIGIBLE), adult=False).then(AgeRechecked(adult=False))


@pytest.mark.parametrize("checkpoint", [Checkpoint.BOOK, Checkpoint.OPEN, Checkpoint.CLEAR])
def test_the_gate_names_it(checkpoint: Checkpoint) -> None:
    assert "adult" not in closed(given(READY), NOW, checkpoint=checkpoint)
    assert "adult" in closed(corrected(given(READY), adult=False), NOW, checkpoint=checkpoint)


def test_a_part_of_the_dose_that_is_still_to_come_is_closed() -> None:
    dosed = given(DOSED)
    assert "plan" not in closed(dosed, "2026-03-17 14:30", checkpoint=Checkpoint.SECOND_PART)
    assert "plan" in closed(corrected(dosed, adult=False), "2026-03-17 14:30", checkpoint=Checkpoint.SECOND_PART)


def test_the_prescriber_is_told_until_they_are_of_age_again() -> None:
    assert told(given(READY)) == []
    minor = corrected(given(READY), adult=False)
    assert told(minor) == [
        (AlertKind.HELD, "Dosing is held: by the birth date as corrected the patient is not of age, 17 Mar 2026 13:50.")
    ]
    assert told(corrected(minor, adult=True)) == []


def test_lists_look_for_the_alert_of_a_minor_also_before_a_session() -> None:
    assert told(corrected(given(ELIGIBLE), adult=False))


def test_a_prescriber_resumes_the_plan_and_only_once_they_are_of_age() -> None:
    minor = corrected(given(READY), adult=False)
    order = {"plan_id": PLAN, "reason": "birth date mended"}
    minor.when(resume_plan, by=RIVERA, now=NOW, patient=MINOR, **order).refused(PatientIsNotOfAge, rule="+adult")
    adult = corrected(minor, adult=True)
    adult.then(AgeRechecked(adult=True))
    assert adult.state.plan is not None
    assert adult.state.plan.suspended_because == "safety"
    adult.when(resume_plan, by=RIVERA, now=NOW, **order).includes(PlanResumed)


def test_the_same_age_says_nothing() -> None:
    corrected(given(PREPARED), adult=True).then()


def test_the_way_back_is_the_birth_date() -> None:
    marking(corrected(given(READY), adult=False), AgeRechecked).refused(EntryHasItsOwnWayBack)
