"""High suicide risk does not end with a course: a re-referral knows of it until the way back is gone (rule 21, R1)."""

from domain.derived import derived_id
from domain.episode.alert.alert import AlertKind
from domain.episode.alert.alerts import alerts
from domain.episode.episode import EarlierHighRisk, Episode
from domain.episode.referral.elsewhere import Elsewhere
from domain.episode.referral.refer import PatientReferred, refer
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.safety import HoldReason
from domain.stream import change
from tests.domain.episode.safety.test_high_risk import (
    HIGH,
    LOW,
    MODERATE,
    WAY_BACK,
    after,
    reviewed,
    screened,
)
from tests.domain.given import Scenario, given
from tests.domain.people import ADA, LINDQVIST, PROTOCOL, TEST_NETWORK, local
from tests.gate_answers import closed, gate

AGAIN = "2026-06-01 10:00"
NOW = "2026-06-02 10:00"
FOUND = EarlierHighRisk(derived_id("outcome", "c-ssrs", "2026-03-16 09:00"), "c-ssrs", "1", local("2026-03-16 09:00"))


def referred_again(*courses: Scenario) -> Scenario:
    """Discharged in May from each of these, referred anew in June."""
    closed_courses = [closed_in_may(course) for course in courses]
    return given().when(
        refer, by=LINDQVIST, now=AGAIN, elsewhere=Elsewhere(tuple(closed_courses)), patient_id=ADA, reason="once more"
    )


def closed_in_may(course: Scenario) -> Episode:
    state: Episode = course.state
    return change(state, closed_at=local("2026-05-01 12:00"))


def test_it_is_carried_in_and_dosing_is_held_from_the_first_moment() -> None:
    again = referred_again(screened(HIGH))
    (event,) = [one for one in again.events if isinstance(one, PatientReferred)]
    assert event.earlier.high_risk == FOUND
    again.includes(HoldPlaced, reason=HoldReason.HIGH_RISK, because_of=FOUND.outcome_id)
    asked = gate(again, "high_risk", NOW)
    assert not asked.is_open
    assert asked.facts[0] == "C-SSRS of 16 Mar 2026 09:00: high."
    assert all(step in (asked.missing or "") for step in WAY_BACK)
    assert "safety_review" in closed(again, NOW)


def test_whoever_is_on_call_is_alerted_where_nobody_had_released_it() -> None:
    again = referred_again(screened(HIGH))
    (alert,) = alerts(again.state, now=local(NOW), protocol=PROTOCOL, network=TEST_NETWORK)
    assert (alert.kind, alert.raised_at) == (AlertKind.HIGH_RISK, local(AGAIN))


def test_the_way_back_is_gone_in_the_new_course() -> None:
    again = reviewed(referred_again(screened(HIGH)), "2026-06-02 11:00")
    again = screened(LOW, "2026-06-02 12:00", again)
    assert gate(again, "high_risk", NOW).missing == (
        "a safety plan with the patient, eligibility determined anew and the plan resumed"
    )


def test_what_was_left_after_a_reassessment_is_still_missing() -> None:
    """The hold was released before the discharge: no new hold, and the rest of the way remains."""
    again = referred_again(after("a prescriber's reassessment", "a newer C-SSRS that is not high"))
    again.excludes(HoldPlaced)
    missing = gate(again, "high_risk", NOW).missing or ""
    assert "reassessment" not in missing
    assert "a safety plan with the patient" in missing


def test_whoever_was_led_back_begins_anew() -> None:
    again = referred_again(after(*list(WAY_BACK)[:4]))
    again.excludes(HoldPlaced)
    assert "high_risk" not in closed(again, NOW)
    assert again.state.earlier.high_risk is None


def test_it_goes_on_through_a_course_in_between() -> None:
    third = referred_again(screened(HIGH), referred_again(screened(HIGH)))
    assert third.state.earlier.high_risk == FOUND
    assert len([one for one in third.events if isinstance(one, HoldPlaced)]) == 1


def test_suicidal_thoughts_below_high_that_nobody_reviewed_hold_too() -> None:
    again = referred_again(screened(MODERATE))
    again.includes(HoldPlaced, reason=HoldReason.SAFETY_ITEM)
    assert again.state.earlier.high_risk is None
    assert closed(again, NOW) >= {"safety_review"}
    referred_again(reviewed(screened(MODERATE), "2026-03-16 12:00")).excludes(HoldPlaced)
