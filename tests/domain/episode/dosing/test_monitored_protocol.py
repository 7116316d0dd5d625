"""A monitored protocol gates its sessions: sets and looks at set times, resolution, place and pace."""

from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.dosing.end_dosing_session import SessionEnded, end_dosing_session
from domain.episode.dosing.sets_due import next_set_due
from domain.episode.gates import Checkpoint, GatesAreClosed
from domain.episode.intake.intake import Way
from domain.episode.safety.grant_override import grant_override
from domain.episode.session.session import SessionEnd, SessionStatus, VitalsPhase
from tests.domain.given import Scenario, at, given
from tests.domain.people import RIVERA
from tests.dosing_day import CRITERIA, DAY, SESSION, booked, dose, ended, on, opened
from tests.dosing_day import DOSED as TABLET_DOSED
from tests.gate_answers import closed, gate, phq9
from tests.monitored_day import (
    BEFORE,
    DOSED,
    OPENED,
    PLANNED,
    PREPARED,
    PROTOCOL,
    RELEASED,
    UNDER,
    WATCHED,
    looked,
    measured,
)


def release(scenario: Scenario, clock: str) -> Scenario:
    return scenario.when(
        end_dosing_session,
        session_id=SESSION,
        ended_as=SessionEnd.RELEASED,
        criteria=CRITERIA,
        now=f"{DAY} {clock}",
        **UNDER,
    )


def shut(scenario: Scenario, checkpoint: Checkpoint, clock: str) -> set[str]:
    return closed(scenario, f"{DAY} {clock}", checkpoint=checkpoint, **UNDER)


def test_a_watched_session_is_released() -> None:
    released = release(given(WATCHED), "16:05")
    released.includes(SessionEnded, ended_as=SessionEnd.RELEASED, may_drive_from=on("08:00", "2026-03-18"))


def test_release_is_closed_until_the_set_of_40_minutes_exists() -> None:
    without = (DOSED, at(f"{DAY} 15:55", looked("15:55"), measured("15:55", phase=VitalsPhase.AFTER)))
    release(given(without), "16:05").refused(GatesAreClosed, rule="+vitals_40", missing="14:35 to 14:55")
    found = gate(given(DOSED), "vitals_40", f"{DAY} 14:20", checkpoint=Checkpoint.RELEASE, **UNDER)
    assert (found.is_open, found.opens.at, found.opens.decision) == (False, on("14:35"), "record_vitals")


@pytest.mark.parametrize(("clock", "is_met"), [("14:34", False), ("14:35", True), ("14:55", True), ("14:56", False)])
def test_the_window_of_the_set_includes_both_ends(clock: str, is_met: bool) -> None:
    found = gate(
        given(DOSED, at(f"{DAY} {clock}", measured(clock))),
        "vitals_40",
        f"{DAY} 15:30",
        checkpoint=Checkpoint.RELEASE,
        **UNDER,
    )
    assert found.is_open is is_met


def test_a_set_without_oxygen_saturation_is_not_complete() -> None:
    before = (OPENED, at(f"{DAY} 13:45", measured("13:45", spo2=None, phase=VitalsPhase.BEFORE)))
    assert "vitals_before" in shut(given(before), Checkpoint.CLEAR, "13:50")
    assert "vitals_before" not in shut(given(BEFORE), Checkpoint.CLEAR, "13:50")
    at_40 = given(DOSED, at(f"{DAY} 14:40", measured("14:40", spo2=None)))
    assert "vitals_40" in shut(at_40, Checkpoint.RELEASE, "16:05")


def test_the_set_before_the_dose_is_fresh() -> None:
    assert "vitals_before" not in shut(given(BEFORE), Checkpoint.CLEAR, "14:15")
    assert "vitals_before" in shut(given(BEFORE), Checkpoint.CLEAR, "14:16")


def test_two_hours_at_least_even_where_everything_has_resolved() -> None:
    release(given(WATCHED), "15:59").refused(GatesAreClosed, rule="+observation")


@pytest.mark.parametrize(
    "last", [looked("15:58", sedation=1), looked("15:58", dissociation=2), looked("15:58", breathing=True)]
)
def test_what_has_not_resolved_keeps_the_patient(last: Any) -> None:
    release(given(WATCHED, at(f"{DAY} 15:58", last)), "16:05").refused(GatesAreClosed, rule="+resolved")


def test_a_look_that_leaves_something_out_resolves_nothing() -> None:
    told = given(DOSED, at(f"{DAY} 15:55", looked("15:55", breathing=None)))
    assert "resolved" in shut(told, Checkpoint.RELEASE, "16:05")


def test_an_old_look_resolves_nothing() -> None:
    assert "resolved" not in shut(given(WATCHED), Checkpoint.RELEASE, "16:15")
    assert "resolved" in shut(given(WATCHED), Checkpoint.RELEASE, "16:16")


def test_a_look_that_was_missed_is_named_with_its_time() -> None:
    told = given(
        DOSED,
        at(f"{DAY} 14:40", measured("14:40"), looked("14:40")),
        at(f"{DAY} 15:55", looked("15:55"), measured("15:55", phase=VitalsPhase.AFTER)),
    )
    assert shut(told, Checkpoint.RELEASE, "16:05") == {"look:80"}
    override = {
        "rule": "+looks",
        "session_id": SESSION,
        "reason": "Asleep, breathing well.",
        "override_id": derived_id("o"),
    }
    overridden = told.when(grant_override, by=RIVERA, now=f"{DAY} 16:03", **override, **UNDER)
    release(overridden, "16:05").includes(SessionEnded)


def test_a_pressure_that_still_rises_keeps_the_patient() -> None:
    base = (
        DOSED,
        at(f"{DAY} 14:40", measured("14:40", (138, 86)), looked("14:40")),
        at(f"{DAY} 15:20", looked("15:20")),
    )
    rising = at(f"{DAY} 15:55", looked("15:55"), measured("15:55", (152, 94), phase=VitalsPhase.AFTER))
    assert shut(given(base, rising), Checkpoint.RELEASE, "16:05") == {"vitals_leaving"}
    falling = at(f"{DAY} 16:05", measured("16:05", (148, 92), phase=VitalsPhase.AFTER))
    assert shut(given(base, rising, falling), Checkpoint.RELEASE, "16:10") == set()


def test_every_other_end_stays_possible() -> None:
    for end in (SessionEnd.STOPPED_EARLY, SessionEnd.AGAINST_ADVICE, SessionEnd.EMERGENCY_TRANSFER):
        told = given(DOSED).when(end_dosing_session, session_id=SESSION, ended_as=end, now=f"{DAY} 14:20", **UNDER)
        assert told.events


def test_no_session_takes_place_at_home() -> None:
    remote = given(PREPARED, at("2026-03-11 09:00", booked(way=Way.REMOTE)))
    assert "at_the_practice" in closed(remote, f"{DAY} 13:20", **UNDER)
    here = given(PREPARED, at("2026-03-11 09:00", booked(way=Way.IN_PERSON)))
    assert "at_the_practice" not in closed(here, f"{DAY} 13:20", **UNDER)


def test_nobody_leaves_without_an_escort() -> None:
    found = gate(given(WATCHED), "companion_present", f"{DAY} 16:05", checkpoint=Checkpoint.RELEASE, **UNDER)
    assert found.gate_class.value == "absolute"


def _dosed(day: str, number: int) -> tuple[Any, ...]:
    session_id = derived_id("dosing", day)
    return (
        at(f"{day} 09:00", booked(session_id, f"{day} 14:00", number, Way.IN_PERSON)),
        at(f"{day} 13:20", opened(session_id)),
        at(f"{day} 14:00", dose("14:00", 56, session_id=session_id, day=day, dose_id=derived_id("dose", day))),
        at(f"{day} 16:10", ended("16:10", session_id=session_id, day=day)),
    )


def test_two_doses_a_week_at_first_and_one_from_week_five() -> None:
    first = (PREPARED, _dosed("2026-03-17", 1), _dosed("2026-03-20", 2))
    third = gate(given(first), "pace_first_weeks", "2026-03-23 14:00", None, Checkpoint.BOOK, **UNDER)
    assert third.missing == "1 more day; opens 24 Mar 2026"
    assert gate(given(first), "pace_first_weeks", "2026-03-24 09:00", None, Checkpoint.BOOK, **UNDER).is_open
    later = (first, _dosed("2026-04-14", 3))
    assert not gate(given(later), "pace_later", "2026-04-20 14:00", None, Checkpoint.BOOK, **UNDER).is_open
    assert gate(given(later), "pace_later", "2026-04-21 14:00", None, Checkpoint.BOOK, **UNDER).is_open


def test_the_measure_is_recent() -> None:
    asked: dict[str, Any] = {"session_id": None, "checkpoint": Checkpoint.BOOK, **UNDER}
    assert gate(given(PREPARED), "phq_9_lately", "2026-03-31 12:00", **asked).is_open
    assert not gate(given(PREPARED), "phq_9_lately", "2026-04-01 12:00", **asked).is_open
    again = given(PREPARED, phq9("2026-03-30 12:00"))
    assert gate(again, "phq_9_lately", "2026-04-01 12:00", **asked).is_open


def test_the_next_set_due_is_the_first_that_can_still_be_met() -> None:
    def due(scenario: Scenario, clock: str) -> str | None:
        session = scenario.state.sessions[SESSION]
        found = next_set_due(session, PROTOCOL, on(clock))
        return f"{found.requirement.key} {found.minutes}" if found else None

    assert [due(given(BEFORE), "14:00"), due(given(DOSED), "14:10")] == [None, "look 40"]
    looked_at = given(DOSED, at(f"{DAY} 14:40", looked("14:40")))
    assert due(looked_at, "14:41") == "vitals_40 35"
    assert due(looked_at, "14:56") == "look 80"
    assert due(given(WATCHED), "16:00") is None


def test_a_tablet_protocol_asks_for_none_of_it() -> None:
    asked = given(TABLET_DOSED).gates(Checkpoint.RELEASE, now=f"{DAY} 16:05", session_id=SESSION)
    assert {found.rule for found in asked} <= {"+observation", "6", "12", "12.checks"}


def test_the_day_opens_as_planned() -> None:
    assert closed(given(PREPARED, at("2026-03-11 09:00", booked(way=Way.IN_PERSON))), f"{DAY} 13:20", **UNDER) == set()
    assert given(PLANNED).state.plan.protocol_id == "spravato-style"
    assert given(RELEASED).state.sessions[SESSION].status is SessionStatus.COMPLETED
