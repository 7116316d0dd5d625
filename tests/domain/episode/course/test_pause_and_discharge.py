"""Pausing, resuming and discharging: case R1."""

from datetime import date
from typing import Any

import pytest

from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.alert.alerts import alerts
from domain.episode.course.discharge_patient import (
    DischargeIsInTheFuture,
    DischargeReason,
    FinalScore,
    PatientDischarged,
    discharge_patient,
)
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.course.pause_episode import ASessionIsUnderWay, EpisodePaused, pause_episode
from domain.episode.course.resume_episode import EpisodeResumed, resume_episode
from domain.episode.dosing.record_next_day_check_in import record_next_day_check_in
from domain.episode.due.obligations import obligations
from domain.episode.follow_up.complete_follow_up import complete_follow_up
from domain.episode.intake.update_intake import update_intake
from domain.episode.referral.elsewhere import Elsewhere
from domain.episode.referral.refer import refer
from domain.episode.refusals import EpisodeIsClosed, EpisodeIsNotOpen
from domain.episode.safety.place_hold import HoldPlaced, hold_because
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.review_adverse_event import review_adverse_event
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import SessionEnd
from tests.domain.given import Scenario, at, given
from tests.domain.people import ADA, LINDQVIST, OKAFOR, PARK, PROTOCOL, RIVERA, TEST_NETWORK, local, sealed
from tests.dosing_day import DOSED, RELEASED, SESSION, ended, integrated
from tests.gate_answers import closed, followed_up, gate, phq9
from tests.situations import ADA_ELIGIBLE, PREPARED

TRAVEL = (RELEASED, at("2026-03-20 09:00", EpisodePaused(reason=sealed("travel"))))


def test_a_course_is_paused_with_a_reason() -> None:
    paused = given(RELEASED).when(pause_episode, now="2026-03-20 09:00", reason="travel")
    paused.then(EpisodePaused(reason=sealed("travel")))
    assert paused.state.paused_at == local("2026-03-20 09:00")
    paused.when(pause_episode, reason="travel").then()


def test_nobody_pauses_or_discharges_under_the_medicine() -> None:
    given(DOSED).when(pause_episode, reason="travel").refused(ASessionIsUnderWay)
    given(DOSED).when(discharge_patient, reason="completed").refused(ASessionIsUnderWay)


def test_r1_nothing_is_overdue_in_a_pause_and_safety_stays() -> None:
    hold = hold_because(HoldReason.SAFETY_ITEM, ADA)
    paused = given(RELEASED, at("2026-03-19 09:00", hold), TRAVEL[1])
    due = obligations(paused.state, now=local("2026-05-20 09:00"), protocol=PROTOCOL, network=TEST_NETWORK)
    assert [obligation.key for obligation in due] == ["safety_review"]
    assert paused.state.holds[hold.hold_id].is_open
    resumed = paused.when(resume_episode, now="2026-05-21 09:00")
    assert resumed.state.holds[hold.hold_id].is_open


def test_r1_after_more_than_90_days_intake_and_eligibility_first() -> None:
    back = given(TRAVEL, integrated("2026-03-19")).when(resume_episode, by=LINDQVIST, now="2026-07-01 09:00")
    back.then(EpisodeResumed(paused_days=103))
    assert {"intake", "eligibility"} <= closed(back, "2026-07-02 09:00", None)
    updated = back.when(update_intake, by=RIVERA, now="2026-07-02 10:00", pregnancy="not_applicable")
    assert "intake" not in closed(updated, "2026-07-03 09:00", None)
    assert gate(updated, "eligibility", "2026-07-03 09:00", None).facts == ("The course was paused for 103 days.",)
    anew = updated.after(at("2026-07-02 10:10", ADA_ELIGIBLE, by=RIVERA))
    assert not {"intake", "eligibility"} & closed(anew, "2026-07-03 09:00", None)


def test_r1_a_short_pause_changes_nothing() -> None:
    back = given(TRAVEL).when(resume_episode, now="2026-06-18 09:00")
    back.then(EpisodeResumed(paused_days=90))
    assert not {"intake", "eligibility"} & closed(back, "2026-06-19 09:00", None)
    back.when(resume_episode).then()


def test_r1_a_return_entered_with_an_earlier_time_shortens_no_pause() -> None:
    looked = given(TRAVEL, at("2026-03-25 09:00", ADA_ELIGIBLE, by=RIVERA))
    back = looked.when(
        resume_episode, now="2026-07-01 09:00", occurred_at=local("2026-03-21 09:00"), late_reason="forgotten"
    )
    back.then(EpisodeResumed(paused_days=103))
    assert {"intake", "eligibility"} <= closed(back, "2026-07-02 09:00", None)


def test_r1_a_short_pause_after_a_long_one_does_not_undo_it() -> None:
    back = given(TRAVEL, integrated("2026-03-19")).when(resume_episode, now="2026-07-01 09:00")
    again = back.when(pause_episode, now="2026-07-02 09:00", reason="travel").when(
        resume_episode, now="2026-07-03 09:00"
    )
    assert {"intake", "eligibility"} <= closed(again, "2026-07-04 09:00", None)
    updated = again.when(update_intake, by=RIVERA, now="2026-07-04 10:00", pregnancy="not_applicable")
    anew = updated.after(at("2026-07-04 10:10", ADA_ELIGIBLE, by=RIVERA))
    assert not {"intake", "eligibility"} & closed(anew, "2026-07-05 09:00", None)


def discharging(scenario: Scenario, **changed: Any) -> Scenario:
    return scenario.when(discharge_patient, **({"now": "2026-03-27 09:00", "reason": "completed"} | changed))


def test_a_discharge_frees_the_patient_for_a_new_referral() -> None:
    gone = discharging(given(RELEASED), note="PHQ-9 18 to 4")
    gone.then(
        PatientDischarged(
            patient_id=ADA,
            reason=DischargeReason.COMPLETED,
            on=date(2026, 3, 27),
            note=sealed("x"),
            visit_due_on=date(2026, 4, 3),
        )
    )
    assert gone.state.closed_at == local("2026-03-27 09:00")
    discharging(gone).then()
    gone.when(pause_episode, reason="x").refused(EpisodeIsClosed)
    gone.when(resume_episode).refused(EpisodeIsClosed)


def test_holds_do_not_stand_in_the_way_of_an_end() -> None:
    held = given(RELEASED, hold_because(HoldReason.VITALS, ADA))
    discharging(held, reason="patient_choice").includes(PatientDischarged).excludes(HoldPlaced)


def test_a_discharge_is_of_today_or_before() -> None:
    discharging(given(RELEASED), on="2026-03-28").refused(DischargeIsInTheFuture, field="on")
    discharging(given(RELEASED), on="2026-03-25").includes(PatientDischarged, on=date(2026, 3, 25))


def test_there_is_somebody_to_discharge() -> None:
    discharging(given(stream="episode")).refused(EpisodeIsNotOpen)


@pytest.mark.parametrize("who", [OKAFOR, PARK])
def test_clinicians_discharge(who: Any) -> None:
    discharging(given(RELEASED), by=who).refused(RoleMayNotDecide)


def visit_owed(scenario: Scenario, day: str = "2026-03-28") -> list[tuple[date | None, str | None]]:
    due = obligations(scenario.state, now=local(f"{day} 09:00"), protocol=PROTOCOL, network=TEST_NETWORK)
    return [(o.due_on, o.decision) for o in due if o.key == "discharge_visit"]


def test_the_visit_is_due_even_when_the_patient_stops() -> None:
    """About a month after the intake of 2 March, and never sooner than the days of grace after they stopped."""
    stopped = discharging(given(RELEASED), reason="patient_choice", now="2026-03-18 09:00")
    assert visit_owed(stopped) == [(date(2026, 4, 1), "complete_follow_up")]
    assert visit_owed(discharging(given(RELEASED), reason="patient_choice")) == [
        (date(2026, 4, 3), "complete_follow_up")
    ]
    held = stopped.when(
        complete_follow_up, by=RIVERA, now="2026-03-30 10:00", completed_at=local("2026-03-30 09:30"), minutes=30,
        decision="stop", sessions_released=0,
    )  # fmt: skip
    assert visit_owed(held, "2026-03-31") == []


@pytest.mark.parametrize("reason", ["died", "transferred", "lost_to_follow_up", "opened_in_error", "not_eligible"])
def test_no_visit_where_nobody_is_to_be_seen(reason: str) -> None:
    assert visit_owed(discharging(given(RELEASED), reason=reason)) == []


def test_no_visit_without_a_dose_or_once_one_was_held() -> None:
    assert visit_owed(discharging(given(PREPARED), reason="patient_choice")) == []
    seen = given(RELEASED, followed_up("2026-03-20 09:00"))
    assert visit_owed(discharging(seen)) == []


def test_a_discharge_keeps_the_last_score_of_each_measure() -> None:
    measured = given(RELEASED, phq9("2026-03-18 09:00", total=12), phq9("2026-03-25 09:00", total=7))
    discharging(measured).includes(
        PatientDischarged,
        final_scores=(FinalScore(instrument="phq-9", total=7, taken_on=date(2026, 3, 25)),),
    )


def test_a_discharge_in_error_takes_the_visit_along() -> None:
    stopped = discharging(given(RELEASED), reason="patient_choice")
    entry = stopped.entry(PatientDischarged)
    back = stopped.when(mark_in_error, by=RIVERA, entry=entry, event_id=entry.envelope.event_id, reason="changed mind")
    assert back.state.discharge_visit_due_on is None


LEFT_EARLY = (DOSED, at("2026-03-17 16:10", ended("16:10", SessionEnd.AGAINST_ADVICE)))


def calls(scenario: Scenario, when: str) -> tuple[list[str], list[str]]:
    """What is owed at once, and what is alerted."""
    now = local(when)
    due = obligations(scenario.state, now=now, protocol=PROTOCOL, network=TEST_NETWORK)
    told = alerts(scenario.state, now=now, protocol=PROTOCOL, network=TEST_NETWORK)
    return [one.what for one in due if one.is_safety], [alert.kind.value for alert in told]


def test_t2_who_left_against_advice_is_called_though_the_course_rests_or_ends() -> None:
    owed = (["Safety call"], ["against_advice"])
    assert calls(given(LEFT_EARLY).when(pause_episode, now="2026-03-17 16:20", reason="x"), "2026-03-17 16:30") == owed
    gone = discharging(given(LEFT_EARLY), now="2026-03-17 16:20", reason="patient_choice")
    assert calls(gone, "2026-03-17 16:30") == owed
    reached = gone.when(record_next_day_check_in, now="2026-03-17 16:50", session_id=SESSION, well=True)
    assert calls(reached, "2026-03-17 17:00") == ([], [])
    later = discharging(given(LEFT_EARLY), now="2026-03-27 09:00", reason="patient_choice")
    assert calls(later, "2026-03-27 09:30") == ([], [])


def test_r1_what_stopped_dosing_in_an_earlier_course_stops_it_in_the_new_one() -> None:
    fell = {"adverse_event_id": derived_id("fall", 1), "term": "fall_or_injury", "grade": 3, "serious": False}
    told = given(RELEASED).when(report_adverse_event, now="2026-03-18 09:00", **fell)
    reviewed = told.when(
        review_adverse_event,
        now="2026-03-18 10:00",
        adverse_event_id=fell["adverse_event_id"],
        related="possible",
        expected=False,
        action="watched",
        dosing_may_go_on=True,
        note="x",
    )
    for before, is_closed in ((told, True), (reviewed, False)):
        elsewhere = Elsewhere((discharging(before).state,))
        new = given(stream="episode", stream_id=derived_id("episode", "new")).when(
            refer, by=LINDQVIST, now="2026-05-04 09:00", patient_id=ADA, reason="again", elsewhere=elsewhere
        )
        assert ("adverse_events" in closed(new, "2026-05-05 09:00", None)) is is_closed
        assert bool(new.state.holds) is is_closed
