"""Safety review, adverse events, holds, medicines and the course: rules 21 and 25, cases P1 to P3, A1, M3."""

from datetime import date

import pytest

from domain.derived import derived_id
from domain.episode.course.pause_episode import EpisodePaused
from domain.episode.dosing.declare_emergency import declare_emergency
from domain.episode.dosing.end_dosing_session import end_dosing_session
from domain.episode.gates import GateClass
from domain.episode.intake.intake import Medicine, MedicineClass, MedicineInstruction
from domain.episode.intake.report_medicine_change import MedicinesChanged
from domain.episode.intake.review_medicines import review_medicines
from domain.episode.outcome.record_outcome import record_outcome
from domain.episode.plan.resume_plan import resume_plan
from domain.episode.safety.place_hold import HoldPlaced, hold_because, place_hold
from domain.episode.safety.release_hold import release_hold
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.review_adverse_event import review_adverse_event
from domain.episode.safety.review_safety import Standing, review_safety
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import SessionEnd
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST, RIVERA, TEST_NETWORK, local, sealed
from tests.dosing_day import BOOKED, DOSED, SESSION, booked
from tests.gate_answers import closed, gate, phq9
from tests.situations import ADA_INTAKE, ASSIGNED, PLAN

P1_ANSWERS = (1, 1, 1, 1, 1, 0, 0, 0, 1)
EVENT = derived_id("adverse event", 1)


def answered(answers: tuple[int | None, ...], when: str = "2026-03-16 09:00", history: object = BOOKED) -> Scenario:
    """A PHQ-9 recorded by the therapist."""
    return given(history).when(  # type: ignore[arg-type]
        record_outcome,
        by=LINDQVIST,
        now=when,
        outcome_id=derived_id("outcome", when),
        instrument="phq-9",
        taken_at=local(when),
        answers=answers,
    )


def test_p1_item_9_stands_above_a_good_total() -> None:
    asked = gate(answered(P1_ANSWERS), "safety_review", "2026-03-17 13:20")
    assert not asked.is_open
    assert "PHQ-9 of 16 Mar 2026 09:00: item 9 was 1." in asked.facts
    assert asked.missing == "a prescriber's review"
    assert asked.opens.call == TEST_NETWORK.on_calls[0].phone
    assert asked.gate_class is GateClass.OVERRIDE


def test_p1_a_review_of_it_opens() -> None:
    held = answered(P1_ANSWERS)
    (hold_id,) = held.state.holds
    reviewed = held.when(
        review_safety,
        by=RIVERA,
        now="2026-03-16 12:00",
        review_id=EVENT,
        hold_id=hold_id,
        done="x",
        dosing_may_go_on=True,
    )
    assert gate(reviewed, "safety_review", "2026-03-17 13:20").is_open
    assert not closed(reviewed, "2026-03-17 13:20")


def test_p1_a_review_that_says_stop_does_not_open() -> None:
    held = answered(P1_ANSWERS)
    (hold_id,) = held.state.holds
    reviewed = held.when(review_safety, review_id=EVENT, hold_id=hold_id, done="x", dosing_may_go_on=False)
    assert not gate(reviewed, "safety_review", "2026-03-17 13:20").is_open


@pytest.mark.parametrize("blank", [phq9("2026-03-16 09:00", None), phq9("2026-03-16 09:00", answered=False)])
def test_p2_not_screened_is_not_zero(blank: object) -> None:
    asked = gate(given(BOOKED, blank), "safety_review", "2026-03-17 13:20")  # type: ignore[arg-type]
    assert not asked.is_open
    assert asked.missing == "the answer on suicidal thoughts"
    since = given(BOOKED, blank, phq9("2026-03-17 09:00", 0))  # type: ignore[arg-type]
    assert gate(since, "safety_review", "2026-03-17 13:20").is_open


def test_p2_a_blank_after_an_answer_closes_again() -> None:
    course = given(BOOKED, phq9("2026-03-15 09:00", 0), phq9("2026-03-16 09:00", answered=False))
    assert not gate(course, "safety_review", "2026-03-17 13:20").is_open


def under_a_standing_review() -> Scenario:
    standing = Standing(instrument="phq-9", up_to_score=1, until_on=date(2026, 4, 30))
    return given(BOOKED).when(
        review_safety,
        by=RIVERA,
        now="2026-03-20 09:00",
        review_id=EVENT,
        done="chronic, unchanged",
        dosing_may_go_on=True,
        standing=standing,
    )


def recorded(scenario: Scenario, when: str, answer: int) -> Scenario:
    return scenario.when(
        record_outcome,
        by=LINDQVIST,
        now=when,
        outcome_id=derived_id("outcome", when),
        instrument="phq-9",
        taken_at=local(when),
        answers=(1, 1, 1, 1, 1, 0, 0, 0, answer),
    )


def test_p3_a_standing_review_covers_what_it_says() -> None:
    flagged = recorded(under_a_standing_review(), "2026-04-14 09:00", 1)
    flagged.excludes(HoldPlaced)
    asked = gate(flagged, "safety_review", "2026-04-14 13:00")
    assert asked.is_open
    assert "Standing review of 20 Mar 2026 09:00: up to 1, until 30 Apr 2026." in asked.facts
    assert gate(flagged, "safety_review", "2026-04-30 23:59").is_open
    assert not gate(flagged, "safety_review", "2026-05-01 00:00").is_open


def test_p3_above_it_is_held() -> None:
    higher = recorded(under_a_standing_review(), "2026-04-14 09:00", 2)
    higher.includes(HoldPlaced, reason=HoldReason.SAFETY_ITEM)
    assert not gate(higher, "safety_review", "2026-04-14 13:00").is_open


def reported(grade: int, serious: bool) -> Scenario:
    return given(BOOKED).when(
        report_adverse_event,
        by=LINDQVIST,
        now="2026-03-12 10:00",
        adverse_event_id=EVENT,
        term="fall_or_injury",
        grade=grade,
        serious=serious,
    )


@pytest.mark.parametrize(("grade", "serious"), [(3, False), (2, True)])
def test_a1_a_grave_event_needs_a_review_and_a_resumed_plan(grade: int, serious: bool) -> None:
    grave = reported(grade, serious)
    assert closed(grave, "2026-03-17 13:20") == {"adverse_events", "plan"}
    order = {"adverse_event_id": EVENT, "related": "possible", "expected": False, "action": "watched", "note": "x"}
    stopped = grave.when(review_adverse_event, dosing_may_go_on=False, **order)
    assert {"adverse_events", "plan"} <= closed(stopped, "2026-03-17 13:20")
    assert gate(stopped, "adverse_events", "2026-03-17 13:20").missing == "a review that lets dosing go on"
    go_on = grave.when(review_adverse_event, dosing_may_go_on=True, **order)
    assert closed(go_on, "2026-03-17 13:20") == {"plan"}
    resumed = go_on.when(resume_plan, by=RIVERA, plan_id=PLAN, reason="reviewed")
    assert not closed(resumed, "2026-03-17 13:20")


def test_a1_a_mild_event_closes_nothing() -> None:
    assert not closed(reported(2, False), "2026-03-17 13:20")


def test_e1_after_an_emergency_the_plan_rests_until_it_is_reviewed() -> None:
    declared = given(DOSED).when(declare_emergency, by=LINDQVIST, now="2026-03-17 14:40", emergency_id=EVENT)
    ended = declared.when(
        end_dosing_session, now="2026-03-17 14:50", session_id=SESSION, ended_as=SessionEnd.EMERGENCY_TRANSFER
    )
    assert {"plan", *(f"hold:{hold}" for hold in ended.state.holds)} <= closed(ended, "2026-03-25 09:00", None)
    resumed = ended.when(resume_plan, by=RIVERA, now="2026-03-20 09:00", plan_id=PLAN, reason="seen")
    assert "plan" not in closed(resumed, "2026-03-25 09:00", None)
    assert any(key.startswith("hold:") for key in closed(resumed, "2026-03-25 09:00", None))
    (hold_id,) = resumed.state.holds
    released = resumed.when(release_hold, by=RIVERA, hold_id=hold_id, reason="seen")
    assert not any(key.startswith("hold:") for key in closed(released, "2026-03-25 09:00", None))


def test_every_hold_is_its_own_line() -> None:
    first, second = derived_id("hold", 1), derived_id("hold", 2)
    held = (
        given(BOOKED).when(place_hold, hold_id=first, reason="other").when(place_hold, hold_id=second, reason="consent")
    )
    assert closed(held, "2026-03-17 13:20") == {f"hold:{first}", f"hold:{second}"}
    one_left = held.when(release_hold, by=RIVERA, hold_id=first, reason="settled")
    assert closed(one_left, "2026-03-17 13:20") == {f"hold:{second}"}
    asked = gate(one_left, f"hold:{second}", "2026-03-17 13:20")
    assert (asked.opens.decision, asked.opens.by) == ("release_hold", "prescriber")


def test_an_adverse_event_taken_back_leaves_its_hold() -> None:
    left = given(BOOKED, at("2026-03-12 10:00", hold_because(HoldReason.ADVERSE_EVENT, EVENT)))
    assert len(closed(left, "2026-03-17 13:20")) == 1


def test_m3_a_new_medicine_waits_for_a_prescriber() -> None:
    changed = MedicinesChanged(
        medicine_class=MedicineClass.STRONG_CYP_INHIBITOR, name=sealed("x"), since=date(2026, 3, 9)
    )
    waiting = given(BOOKED, at("2026-03-16 09:00", changed))
    asked = gate(waiting, "medicines_reviewed", "2026-03-17 13:20")
    assert not asked.is_open
    assert asked.gate_class is GateClass.OVERRIDE
    reviewed = waiting.when(review_medicines, by=RIVERA, now="2026-03-17 09:00", note="fine")
    assert gate(reviewed, "medicines_reviewed", "2026-03-17 13:20").is_open


def test_m3_a_medicine_without_an_instruction_is_unreviewed() -> None:
    listed = Medicine(medicine_class=MedicineClass.OTHER, name=sealed("x"))
    told = Medicine(medicine_class=MedicineClass.OTHER, name=sealed("x"), instruction=MedicineInstruction.CONTINUE)
    for medicine, is_open in ((listed, False), (told, True)):
        intake = ADA_INTAKE.model_copy(update={"medicines": (medicine,)})
        course = given(ASSIGNED, at("2026-03-02 09:58", intake, by=RIVERA), at("2026-03-11 09:00", booked()))
        assert gate(course, "medicines_reviewed", "2026-03-17 13:20").is_open is is_open


def test_a_paused_course_is_closed() -> None:
    paused = given(BOOKED, at("2026-03-12 09:00", EpisodePaused(reason=sealed("travel"))))
    asked = gate(paused, "course", "2026-03-17 13:20")
    assert asked.opens.decision == "resume_episode"
    assert asked.stands_in_the_way
