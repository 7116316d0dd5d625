"""What is entered late, asked again or named otherwise opens nothing that a newer fact has closed."""

from datetime import date
from typing import Any

from domain.derived import derived_id
from domain.episode.dosing.clear_to_dose import clear_to_dose
from domain.episode.dosing.confirm_place import confirm_place
from domain.episode.dosing.record_checklist import record_checklist
from domain.episode.dosing.record_vitals import record_vitals
from domain.episode.eligibility.determine_eligibility import determine_eligibility
from domain.episode.gates import Checkpoint, GatesAreClosed
from domain.episode.intake.report_ketamine_elsewhere import report_ketamine_elsewhere
from domain.episode.intake.report_medicine_change import report_medicine_change
from domain.episode.intake.review_medicines import review_medicines
from domain.episode.intake.update_intake import update_intake
from domain.episode.safety.place_hold import place_hold
from domain.episode.session.session import VitalsPhase
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST, RIVERA, local
from tests.dosing_day import (
    BOOKED,
    CLEARED,
    DAY,
    DOSED,
    READY,
    SECOND_SESSION,
    SESSION,
    checklist,
    gate_of,
    on,
    second_session,
    vitals,
)
from tests.gate_answers import closed

LATE: dict[str, Any] = {"late_reason": "written on paper"}
ANSWERS = {
    name: value for name, value in checklist().model_dump().items() if name not in ("session_id", "checklist_id")
}


def clearing(scenario: Scenario, clock: str = "13:58") -> Scenario:
    return scenario.when(clear_to_dose, now=f"{DAY} {clock}", session_id=SESSION, dose_mg=200, plan_version=1)


def test_a_dose_cleared_before_a_hold_is_not_cleared_again_under_it() -> None:
    held = given(CLEARED).when(
        place_hold, by=LINDQVIST, now=f"{DAY} 13:57", hold_id=derived_id("hold", 1), reason="other"
    )
    clearing(held).refused(GatesAreClosed, rule="+hold")
    clearing(given(CLEARED)).then()


def test_v3_the_newest_set_before_the_dose_governs_whatever_it_was_called() -> None:
    called_during = given(READY).when(
        record_vitals,
        now=f"{DAY} 13:55",
        session_id=SESSION,
        vitals_id=derived_id("vitals", "during"),
        phase="during",
        systolic_mmhg=166,
        diastolic_mmhg=92,
        pulse_per_min=70,
    )
    clearing(called_during).refused(GatesAreClosed, rule="4", missing="systolic 166")


def test_v10_a_set_taken_after_the_dose_is_not_one_before_it() -> None:
    risen = given(DOSED, at(f"{DAY} 14:45", vitals("14:45", 168, 96, phase=VitalsPhase.DURING)))
    assert gate_of(risen, Checkpoint.CLEAR, "vitals", "14:46").facts[0].startswith("13:40")


def test_a_checklist_of_an_earlier_hour_entered_late_does_not_replace_a_newer_one() -> None:
    drunk = given(READY).when(
        record_checklist,
        now=f"{DAY} 13:50",
        session_id=SESSION,
        checklist_id=derived_id("checklist", "drunk"),
        **(ANSWERS | {"intoxicated": True}),
    )
    clearing(drunk).refused(GatesAreClosed, rule="+intoxicated")
    late = drunk.when(
        record_checklist,
        now=f"{DAY} 13:55",
        session_id=SESSION,
        checklist_id=derived_id("checklist", "late"),
        occurred_at=on("13:24"),
        **ANSWERS,
        **LATE,
    )
    clearing(late).refused(GatesAreClosed, rule="+intoxicated")


def test_l1_a_place_of_an_earlier_hour_entered_late_does_not_replace_a_newer_one() -> None:
    where: dict[str, Any] = {"session_id": SESSION, "zone": "America/New_York", "address": "x", "call_back": "x"}
    moved = given(READY).when(
        confirm_place, now=f"{DAY} 13:50", place_id=derived_id("place", "NJ"), state="NJ", **where
    )
    late = moved.when(
        confirm_place,
        now=f"{DAY} 13:55",
        place_id=derived_id("place", "late"),
        state="NY",
        occurred_at=on("13:00"),
        **where,
        **LATE,
    )
    assert "licence" in closed(moved, f"{DAY} 13:56")
    assert "licence" in closed(late, f"{DAY} 13:56")


def test_rule_2_a_finding_entered_late_stands_behind_a_newer_one() -> None:
    found = given(BOOKED).when(determine_eligibility, now="2026-03-15 09:00", outcome="not_eligible", rationale="x")
    late = found.when(
        determine_eligibility,
        now="2026-03-15 10:00",
        outcome="eligible",
        rationale="x",
        occurred_at=local("2026-03-14 09:00"),
        **LATE,
    )
    assert "eligibility" in closed(late, f"{DAY} 13:00")


def test_m3_a_look_at_the_medicines_entered_late_has_not_seen_a_newer_change() -> None:
    changed = given(BOOKED).when(report_medicine_change, now="2026-03-15 13:00", name="clarithromycin")
    late = changed.when(review_medicines, now="2026-03-15 16:00", occurred_at=local("2026-03-15 10:00"), **LATE)
    assert "medicines_reviewed" in closed(late, f"{DAY} 13:00")
    seen = late.when(review_medicines, now="2026-03-15 17:00")
    assert "medicines_reviewed" not in closed(seen, f"{DAY} 13:00")


def test_i2_an_intake_that_names_an_older_day_elsewhere_keeps_the_newer_one() -> None:
    told = given(second_session()).when(report_ketamine_elsewhere, now="2026-03-23 09:00", on="2026-03-22")
    updated = told.when(update_intake, by=RIVERA, now="2026-03-23 10:00", ketamine_elsewhere_on="2026-03-01")
    assert updated.state.ketamine_elsewhere_on == date(2026, 3, 22)
    assert "interval" in closed(updated, "2026-03-24 13:00", SECOND_SESSION)
