"""Sessions left, preparation, integration, follow-up and days between doses: rules 3, 7 to 11."""

from datetime import date, timedelta
from typing import Any

from domain.derived import derived_id
from domain.episode.episode import EarlierCourse
from domain.episode.follow_up.follow_up import FollowUpDecision
from domain.episode.gates import Checkpoint, GateClass
from domain.episode.intake.report_ketamine_elsewhere import KetamineElsewhereReported
from domain.episode.plan.issue_plan import PlanIssued
from domain.episode.session.cancel_session import SessionCancelled
from domain.episode.session.miss_session import SessionMissed
from domain.episode.session.session import SessionEnd, SessionKind
from tests.domain.given import at, given
from tests.domain.people import PROTOCOL, local
from tests.dosing_day import BOOKED, SESSION, booked, integrated, plan_amended
from tests.gate_answers import SESSION_2, SESSION_3, dosed_on, followed_up, gate, held_on
from tests.situations import ADA_REFERRED, PREPARED, PRESCRIBED

ONE_DOSE = (PREPARED, dosed_on("2026-03-17", 1, SESSION))
TWO_DOSES = (ONE_DOSE, integrated("2026-03-19"), dosed_on("2026-03-24", 2, SESSION_2), integrated("2026-03-26"))


def test_s1_sessions_left() -> None:
    asked = gate(given(TWO_DOSES), "plan", "2026-04-07 09:00", session_id=None)
    assert not asked.is_open
    assert asked.missing == "a plan amended with more sessions"
    held = given(ONE_DOSE, held_on("2026-03-24", 2, SESSION_2))
    assert gate(held, "plan", "2026-03-31 09:00", session_id=None).is_open


def test_s1_a_new_plan_counts_its_own_sessions() -> None:
    first = given(ONE_DOSE).entry(PlanIssued).event.model_dump()
    second = PlanIssued.model_validate(first | {"plan_id": derived_id("plan", 2), "number": 2})
    again = given(ONE_DOSE, at("2026-03-20 09:00", second))
    assert gate(again, "plan", "2026-03-24 09:00", None).facts[0].startswith("Plan 2: 0 of 2 sessions used")


def test_s2_follow_up_is_not_enough() -> None:
    without = gate(given(TWO_DOSES), "follow_up", "2026-04-07 09:00", session_id=None)
    assert without.missing == "a follow-up consult"
    assert without.gate_class is GateClass.ABSOLUTE
    stopped = followed_up("2026-04-01 09:00", FollowUpDecision.STOP, 0)
    none_released = followed_up("2026-04-01 09:00", FollowUpDecision.CONTINUE, 0)
    go_on = followed_up("2026-04-01 09:00", FollowUpDecision.CONTINUE, 6)
    amended = at("2026-04-01 09:30", plan_amended(2, sessions_authorised=8))
    for visit in (stopped, none_released):
        assert not gate(given(TWO_DOSES, visit, amended), "follow_up", "2026-04-07 09:00", None).is_open
    not_amended = gate(given(TWO_DOSES, go_on), "follow_up", "2026-04-07 09:00", None)
    assert not_amended.opens.decision == "amend_plan"
    more = given(TWO_DOSES, go_on, amended)
    assert gate(more, "follow_up", "2026-04-07 09:00", None).is_open
    assert gate(more, "plan", "2026-04-07 09:00", None).facts == ("Plan 1: 2 of 8 sessions used, until 31 Aug 2026.",)


def test_s2_the_plan_is_amended_after_the_follow_up() -> None:
    amended_before = at("2026-03-31 09:30", plan_amended(2, sessions_authorised=8))
    visit = followed_up("2026-04-01 09:00", FollowUpDecision.CONTINUE, 6)
    assert not gate(given(TWO_DOSES, amended_before, visit), "follow_up", "2026-04-07 09:00", None).is_open


def test_f1_day_30_and_seven_days_of_grace() -> None:
    dosed = given(ONE_DOSE, integrated("2026-03-19"))
    assert gate(dosed, "follow_up_due", "2026-04-08 23:59", None).is_open
    late = gate(dosed, "follow_up_due", "2026-04-09 00:00", None)
    assert late.facts == ("The follow-up was due 1 Apr 2026; no dose from 9 Apr 2026 on.",)
    assert late.gate_class is GateClass.OVERRIDE
    assert gate(given(BOOKED), "follow_up_due", "2026-04-10 09:00").is_open


def test_f1_the_visit_ends_it() -> None:
    visited = given(ONE_DOSE, followed_up("2026-04-03 09:00"))
    assert "follow_up_due" not in {g.key for g in visited.gates(Checkpoint.OPEN, now="2026-04-20 09:00")}


def test_i1_calendar_days() -> None:
    once = given(ONE_DOSE)
    too_early = gate(once, "interval", "2026-03-23 20:00", None)
    assert not too_early.is_open
    assert too_early.missing == "1 more day; opens 24 Mar 2026"
    assert too_early.opens.at == local("2026-03-24 00:00")
    assert gate(once, "interval", "2026-03-24 09:00", None).is_open


def test_i1_over_the_clock_change() -> None:
    spring = given(PREPARED, dosed_on("2026-03-01", 1, SESSION, clock="10:00", over="12:30"))
    assert local("2026-03-08 10:00") - local("2026-03-01 10:00") == timedelta(hours=167)
    assert gate(spring, "interval", "2026-03-08 10:00", None).is_open


def test_i2_a_session_without_a_dose_does_not_count() -> None:
    held = given(ONE_DOSE, held_on("2026-03-24", 2, SESSION_2))
    assert gate(held, "interval", "2026-03-25 09:00", None).is_open


def test_i2_ketamine_elsewhere_counts() -> None:
    elsewhere = at("2026-03-23 09:00", KetamineElsewhereReported(on=date(2026, 3, 22)))
    asked = gate(given(ONE_DOSE, elsewhere), "interval", "2026-03-24 09:00", None)
    assert not asked.is_open
    assert "Ketamine elsewhere on 22 Mar 2026." in asked.facts


def test_i2_the_last_dose_of_an_earlier_course_counts() -> None:
    earlier = EarlierCourse(last_dose_at=local("2026-03-12 14:00"))
    again = ADA_REFERRED.model_copy(update={"earlier": earlier})
    course = (at("2026-02-26 10:00", again), PRESCRIBED[1:], at("2026-03-11 09:00", booked()))
    asked = gate(given(course), "interval", "2026-03-14 09:00", SESSION)
    assert "Last dose on 12 Mar 2026, in an earlier course." in asked.facts
    assert not asked.is_open


def test_i2_the_usual_days_are_a_note() -> None:
    day_13 = gate(given(ONE_DOSE), "interval_usual", "2026-03-30 09:00", None)
    assert not day_13.is_open
    assert not day_13.stands_in_the_way
    assert "interval_usual" not in {g.key for g in given(ONE_DOSE).gates(Checkpoint.OPEN, now="2026-03-31 09:00")}


def test_the_floor_is_absolute() -> None:
    short = given(ONE_DOSE, at("2026-03-17 20:00", plan_amended(2, minimum_interval_days=1)))
    floor = gate(short, "interval_floor", "2026-03-19 09:00", None)
    assert floor.gate_class is GateClass.ABSOLUTE
    assert floor.stands_in_the_way
    assert gate(short, "interval", "2026-03-20 09:00", None).is_open


def test_a_plan_keeps_the_numbers_it_was_issued_under() -> None:
    numbers = PROTOCOL.numbers
    longer = numbers.minimum_interval_floor_days.model_copy(update={"value": 10})
    later = PROTOCOL.model_copy(
        update={"numbers": numbers.model_copy(update={"minimum_interval_floor_days": longer}), "protocol_version": "2"}
    )
    assert gate(given(ONE_DOSE), "interval", "2026-03-24 09:00", None, protocol=later).is_open


def test_preparation_before_the_first_dose_only() -> None:
    unprepared = given(PRESCRIBED, at("2026-03-11 09:00", booked()))
    asked = gate(unprepared, "preparation", "2026-03-17 13:20")
    assert not asked.is_open
    assert asked.gate_class is GateClass.OVERRIDE
    assert gate(given(BOOKED), "preparation", "2026-03-17 13:20").is_open
    assert gate(given(PRESCRIBED, dosed_on("2026-03-17", 1, SESSION)), "preparation", "2026-03-24 09:00", None).is_open


def test_n1_integration_follows_every_dose() -> None:
    assert gate(given(ONE_DOSE, integrated("2026-03-19")), "integration", "2026-03-24 09:00", None).is_open
    asked = gate(given(ONE_DOSE), "integration", "2026-03-24 09:00", None)
    assert asked.missing == "an integration session after dosing session 1"


def test_n1_a_session_that_did_not_take_place_does_not_count() -> None:
    appointment = booked(SESSION_3, "2026-03-19 10:00", 1, kind=SessionKind.INTEGRATION, companion_id=None)
    for off in (SessionMissed(session_id=SESSION_3), SessionCancelled(session_id=SESSION_3)):
        absent = given(ONE_DOSE, at("2026-03-18 09:00", appointment), at("2026-03-19 11:00", off))
        assert not gate(absent, "integration", "2026-03-24 09:00", None).is_open


def test_n1_held_without_a_dose_needs_none_and_stopped_early_does() -> None:
    held = given(PREPARED, held_on("2026-03-17", 1, SESSION))
    assert gate(held, "integration", "2026-03-24 09:00", None).is_open
    stopped = given(PREPARED, dosed_on("2026-03-17", 1, SESSION, ended_as=SessionEnd.STOPPED_EARLY))
    assert not gate(stopped, "integration", "2026-03-24 09:00", None).is_open


def test_n1_on_the_same_day_only_after_a_psycholytic_release() -> None:
    assert integrated_the_same_day("17:00", is_psycholytic=True)
    assert not integrated_the_same_day("15:00", is_psycholytic=True)
    assert not integrated_the_same_day("17:00", is_psycholytic=False)


def integrated_the_same_day(clock: str, **changed: Any) -> bool:
    dosed = dosed_on("2026-03-17", 1, SESSION, clock="14:05", over="16:30", **changed)
    scenario = given(PREPARED, dosed, integrated("2026-03-17", clock))
    return bool(gate(scenario, "integration", "2026-03-24 09:00", None).is_open)


def test_the_session_in_question_is_not_its_own_last_dose() -> None:
    """A later part of the same session asks nothing of days between doses or sessions left."""
    assert gate(given(ONE_DOSE), "interval", "2026-03-17 14:30", SESSION).facts == ("No dose has been taken yet.",)
