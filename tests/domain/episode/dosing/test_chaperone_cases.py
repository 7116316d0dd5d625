"""Acceptance cases H1 to H3: the adult with the patient, and the checks."""

import pytest

from domain.derived import derived_id
from domain.episode.alert.alert import AlertKind
from domain.episode.alert.alerts import alerts
from domain.episode.dosing.clear_to_dose import DoseCleared, clear_to_dose
from domain.episode.dosing.end_dosing_session import SessionEnded, end_dosing_session
from domain.episode.dosing.record_check import MonitoringCheckRecorded, record_check
from domain.episode.dosing.record_companion_arrival import CompanionArrived, record_companion_arrival
from domain.episode.dosing.record_companion_departure import (
    CompanionLeft,
    NobodyHasArrived,
    record_companion_departure,
)
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.gates import Checkpoint, GateClass, GatesAreClosed
from domain.episode.intake.intake import Way
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.session.companion_hours import companion_hours, hours_taken
from domain.episode.session.session import DosePart, SessionEnd, VitalsPhase
from tests.domain.given import at, given
from tests.domain.people import PROTOCOL, TEST_NETWORK
from tests.dosing_day import (
    BOOKED,
    COMPANION,
    CRITERIA,
    DAY,
    DOSED,
    FIRST_DOSE,
    OPENED,
    SESSION,
    arrived,
    booked,
    check,
    checklist,
    cleared,
    dose,
    gate_of,
    on,
    opened,
    place,
    vitals,
)
from tests.situations import PREPARED

CLEAR = {"session_id": SESSION, "dose_mg": 200, "plan_version": 1}
FRESH = at(f"{DAY} 13:45", place(), checklist(), vitals("13:45"))
LEFT = at(f"{DAY} 14:40", CompanionLeft(session_id=SESSION, left_at=on("14:40")))


def test_h1_the_adult_is_there_fifteen_minutes_before_the_dose() -> None:
    scenario = given(OPENED, FRESH, at(f"{DAY} 13:50", arrived("13:50")))
    assert gate_of(scenario, Checkpoint.CLEAR, "companion_present", "14:00").opens.at == on("14:05")
    scenario.when(clear_to_dose, now=f"{DAY} 14:00", **CLEAR).refused(GatesAreClosed, rule="12")
    scenario.when(clear_to_dose, now=f"{DAY} 14:05", **CLEAR).includes(DoseCleared)


def test_h1_seventeen_is_not_of_age_and_an_unknown_age_is_not_either() -> None:
    minor = given(OPENED, FRESH, at(f"{DAY} 13:30", arrived("13:30", is_adult=False)))
    minor.when(clear_to_dose, now=f"{DAY} 14:00", **CLEAR).refused(GatesAreClosed, missing="18 or older", rule="12")
    unknown = given(OPENED, FRESH, at(f"{DAY} 13:30", arrived("13:30", is_adult=None)))
    unknown.when(clear_to_dose, now=f"{DAY} 14:00", **CLEAR).refused(GatesAreClosed, rule="12")


def test_h1_one_adult_sits_with_one_patient_in_an_hour_unless_in_a_group() -> None:
    ada = given(BOOKED).state.sessions[SESSION]
    assert hours_taken(ada) == companion_hours(COMPANION, on("14:00"), 180)
    ben = companion_hours(COMPANION, on("16:30"), 60)
    assert set(hours_taken(ada)) & set(ben)
    assert not set(hours_taken(ada)) & set(companion_hours(COMPANION, on("17:00"), 60))
    assert not set(hours_taken(ada)) & set(companion_hours(SESSION, on("14:00"), 180))
    group = booked(way=Way.GROUP, takes_companion=False)
    assert hours_taken(given(PREPARED, at("2026-03-11 09:00", group)).state.sessions[SESSION]) == ()


def test_h1_a_dose_before_the_fifteen_minutes_is_recorded_as_a_deviation() -> None:
    history = (OPENED, FRESH, at(f"{DAY} 13:50", arrived("13:50")), at(f"{DAY} 13:55", cleared("14:10")))
    given(*history).when(
        record_dose, now=f"{DAY} 14:00", session_id=SESSION, dose_id=FIRST_DOSE, amount_mg=200
    ).includes(DeviationNoted, rule="12", code="chaperone_late")


def test_h2_the_session_goes_on_without_the_adult_but_no_booster_and_no_release() -> None:
    left = given(DOSED).when(record_companion_departure, session_id=SESSION, now=f"{DAY} 14:40")
    left.includes(CompanionLeft, left_at=on("14:40")).includes(DeviationNoted, rule="12", code="chaperone_left")
    later = left.after(at(f"{DAY} 14:44", vitals("14:44"), check("14:44")))
    later.when(
        clear_to_dose,
        now=f"{DAY} 14:45",
        session_id=SESSION,
        part=DosePart.BOOSTER,
        dose_mg=100,
        plan_version=1,
        patient_was_asked=True,
    ).refused(GatesAreClosed, missing="an adult with the patient", rule="12")
    later.when(record_check, now=f"{DAY} 14:50", session_id=SESSION, check_id=FIRST_DOSE, responsive=True).includes(
        MonitoringCheckRecorded
    )
    end = {
        "session_id": SESSION,
        "ended_as": SessionEnd.RELEASED,
        "criteria": CRITERIA.model_dump(),
        "now": f"{DAY} 16:30",
    }
    after = later.after(at(f"{DAY} 16:20", vitals("16:20", phase=VitalsPhase.AFTER)))
    after.when(end_dosing_session, **end).refused(GatesAreClosed, missing="an adult with the patient", rule="12")
    after.when(
        record_companion_arrival, now=f"{DAY} 16:25", session_id=SESSION, companion_id=FIRST_DOSE, is_adult=True
    ).when(end_dosing_session, **end).includes(SessionEnded, ended_as=SessionEnd.RELEASED)


def test_h3_twenty_minutes_between_checks_are_fine_and_more_are_shown_but_never_hold_back() -> None:
    fine = given(DOSED, at(f"{DAY} 14:20", check("14:20")), at(f"{DAY} 14:36", check("14:36")))
    assert gate_of(fine, Checkpoint.RELEASE, "checks", "14:50").is_open
    gap = given(DOSED, at(f"{DAY} 14:20", check("14:20")), at(f"{DAY} 14:42", check("14:42")))
    late = gate_of(gap, Checkpoint.RELEASE, "checks", "14:50")
    assert "14:20 to 14:42: 22 min" in late.facts[0]
    assert late.gate_class is GateClass.INFORMATIONAL
    assert not late.stands_in_the_way


@pytest.mark.parametrize(("second", "is_fine"), [("14:36", True), ("14:40", True), ("14:41", False)])
def test_h3_a_check_has_five_minutes_of_grace_and_no_more(second: str, is_fine: bool) -> None:
    """15 minutes and a tolerance of 5: a gap of 20 is none, one of 21 is shown."""
    watched = given(DOSED, at(f"{DAY} 14:20", check("14:20")), at(f"{DAY} {second}", check(second)))
    assert gate_of(watched, Checkpoint.RELEASE, "checks", "14:50").is_open is is_fine


def test_an_arrival_is_recorded_once_and_the_booked_person_is_known() -> None:
    first = given(OPENED).when(
        record_companion_arrival,
        now=f"{DAY} 13:40",
        session_id=SESSION,
        companion_id=FIRST_DOSE,
        is_booked_companion=True,
    )
    first.then(CompanionArrived(session_id=SESSION, companion_id=COMPANION, arrived_at=on("13:40"), is_adult=True))
    first.when(
        record_companion_arrival,
        now=f"{DAY} 13:41",
        session_id=SESSION,
        companion_id=FIRST_DOSE,
        is_booked_companion=True,
        arrived_at=on("13:40"),
    ).then()


def test_nobody_leaves_who_has_not_arrived_and_nobody_leaves_twice() -> None:
    given(OPENED).when(record_companion_departure, session_id=SESSION).refused(NobodyHasArrived)
    given(DOSED, LEFT).when(record_companion_departure, session_id=SESSION).then()


def test_an_escort_who_leaves_before_the_end_of_a_session_in_person_is_no_deviation() -> None:
    in_person = (
        PREPARED,
        at("2026-03-11 09:00", booked(way=Way.IN_PERSON)),
        at(f"{DAY} 13:20", opened()),
        at(f"{DAY} 13:30", arrived()),
        at(f"{DAY} 14:05", dose("14:05")),
    )
    given(*in_person).when(record_companion_departure, session_id=SESSION, now=f"{DAY} 14:40").excludes(DeviationNoted)


def test_a_check_is_recorded_once() -> None:
    given(DOSED, at(f"{DAY} 14:20", check("14:20"))).when(
        record_check, session_id=SESSION, check_id=check("14:20").check_id, responsive=True
    ).then()


def test_a_dose_without_a_companion_is_recorded() -> None:
    given(OPENED).when(record_dose, now=f"{DAY} 14:05", session_id=SESSION, dose_id=FIRST_DOSE, amount_mg=200).includes(
        DoseTaken
    ).includes(DeviationNoted, rule="12", code="no_chaperone")


def test_h2_somebody_whose_arrival_was_recorded_twice_leaves_once() -> None:
    twice = given(DOSED).when(
        record_companion_arrival,
        now=f"{DAY} 14:10",
        session_id=SESSION,
        companion_id=COMPANION,
        is_adult=True,
        arrived_at=on("13:28"),
    )
    left = twice.when(record_companion_departure, session_id=SESSION, now=f"{DAY} 14:40")
    assert not gate_of(left, Checkpoint.RELEASE, "companion_present", "16:30").is_open


def test_h2_of_two_adults_the_second_can_leave_too() -> None:
    other = {"session_id": SESSION, "companion_id": derived_id("companion", 2), "is_adult": True}
    two = given(DOSED).when(record_companion_arrival, now=f"{DAY} 14:10", **other)
    one = two.when(record_companion_departure, session_id=SESSION, now=f"{DAY} 14:40").includes(CompanionLeft)
    assert gate_of(one, Checkpoint.RELEASE, "companion_present", "16:30").is_open
    none = one.when(record_companion_departure, session_id=SESSION, now=f"{DAY} 15:10").includes(CompanionLeft)
    assert not gate_of(none, Checkpoint.RELEASE, "companion_present", "16:30").is_open
    none.when(record_companion_departure, session_id=SESSION, now=f"{DAY} 15:11").then()
    found = alerts(none.state, now=on("15:12"), protocol=PROTOCOL, network=TEST_NETWORK)
    assert [(alert.kind, alert.raised_at) for alert in found] == [(AlertKind.CHAPERONE_LEFT, on("15:10"))]
