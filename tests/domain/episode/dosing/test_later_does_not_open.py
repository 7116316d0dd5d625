"""What is entered late, asked again or named otherwise opens nothing that a newer fact has closed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from domain.derived import derived_id
from domain.episode.consent.withdraw_consent import withdraw_consent
from domain.episode.dosing.clear_to_dose import AnotherPartIsNext, DoseCleared, clear_to_dose
from domain.episode.dosing.confirm_place import confirm_place
from domain.episode.dosing.record_checklist import record_checklist
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.dosing.record_vitals import record_vitals
from domain.episode.eligibility.determine_eligibility import determine_eligibility
from domain.episode.follow_up.follow_up import FollowUpDecision
from domain.episode.gates import Checkpoint, GateClass, GatesAreClosed
from domain.episode.intake.elsewhere import last_elsewhere
from domain.episode.intake.intake import Way
from domain.episode.intake.report_ketamine_elsewhere import report_ketamine_elsewhere
from domain.episode.intake.report_medicine_change import report_medicine_change
from domain.episode.intake.review_medicines import review_medicines
from domain.episode.intake.update_intake import update_intake
from domain.episode.plan.plan import Depth
from domain.episode.plan.set_next_dose import set_next_dose
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import place_hold
from domain.episode.session.session import VitalsPhase
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST, PROTOCOL, RIVERA, TEST_NETWORK, local
from tests.dosing_day import (
    BOOKED,
    CLEARED,
    DAY,
    DOSED,
    FIRST_DOSE,
    READY,
    RELEASED,
    SECOND_SESSION,
    SESSION,
    arrived,
    booked,
    check,
    checklist,
    cleared,
    dose,
    gate_of,
    integrated,
    on,
    opened,
    plan_amended,
    second_session,
    vitals,
)
from tests.gate_answers import closed, followed_up, gate
from tests.situations import PLAN, PREPARED

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
    assert last_elsewhere(updated.state) == date(2026, 3, 22)
    assert "interval" in closed(updated, "2026-03-24 13:00", SECOND_SESSION)


def test_a_go_ends_with_a_hold_or_a_withdrawal_after_it() -> None:
    """Nothing is shown as cleared any more, and a dose taken all the same was taken without a go."""
    held = given(CLEARED).when(
        place_hold, by=LINDQVIST, now=f"{DAY} 13:57", hold_id=derived_id("hold", 1), reason="other"
    )
    withdrawn = given(CLEARED).when(withdraw_consent, now=f"{DAY} 13:57", consent_type="ketamine")
    for stopped in (held, withdrawn):
        taken = stopped.when(record_dose, now=f"{DAY} 14:00", session_id=SESSION, dose_id=FIRST_DOSE, amount_mg=200)
        taken.includes(DoseTaken, cleared=False)
        taken.includes(DeviationNoted, rule="4", code="clearance_lapsed", at=on("13:57"))


def test_d7_a_second_part_follows_the_dose_that_the_prescriber_has_lowered_since() -> None:
    halves: dict[str, Any] = {"depth": Depth.HALF_DISSOCIATIVE, "next_dose_mg": Decimal(400), "booster": None}
    begun = given(
        PREPARED,
        at("2026-03-11 08:00", plan_amended(2, **halves)),
        at("2026-03-11 09:00", booked()),
        at(f"{DAY} 13:20", opened(plan_version=2)),
        at(f"{DAY} 13:30", checklist(), arrived()),
        at(f"{DAY} 13:40", vitals("13:40")),
        at(f"{DAY} 13:55", cleared("14:10", 400)),
        at(f"{DAY} 14:05", dose("14:05")),
        at(f"{DAY} 14:25", vitals("14:25", phase=VitalsPhase.DURING), check("14:25")),
    )
    asked = {"session_id": SESSION, "part": "second", "dose_mg": 200, "patient_was_asked": True}
    begun.when(clear_to_dose, now=f"{DAY} 14:30", plan_version=2, **asked).includes(DoseCleared, total_mg=Decimal(400))
    lowered = begun.when(
        set_next_dose, by=RIVERA, now=f"{DAY} 14:28", plan_id=PLAN, plan_version=2, next_dose_mg=200, reason="enough"
    )
    lowered.when(clear_to_dose, now=f"{DAY} 14:30", plan_version=3, **asked).refused(AnotherPartIsNext)


def test_s2_a_follow_up_that_decides_to_stop_closes_after_one_dose_too() -> None:
    one = (RELEASED, integrated("2026-03-19"), at("2026-03-20 10:00", booked(SECOND_SESSION, "2026-03-31 14:00", 2)))
    going_on = given(one, followed_up("2026-03-20 11:00"))
    stopped = given(one, followed_up("2026-03-20 11:00", FollowUpDecision.STOP, 0))
    assert "follow_up" not in closed(going_on, "2026-03-31 13:00", SECOND_SESSION)
    assert "follow_up" in closed(stopped, "2026-03-31 13:00", SECOND_SESSION)
    again = stopped.after(followed_up("2026-03-23 11:00"))
    assert "follow_up" not in closed(again, "2026-03-31 13:00", SECOND_SESSION)


def test_rule_3_a_plan_for_sessions_in_person_opens_none_by_video() -> None:
    in_person = at("2026-03-11 08:00", plan_amended(2, ways=(Way.IN_PERSON,)))
    by_video = given(PREPARED, in_person, at("2026-03-11 09:00", booked()))
    assert gate(by_video, "plan", f"{DAY} 13:00").missing == "a session in person, or the plan amended"
    there = given(PREPARED, at("2026-03-11 09:00", booked(way=Way.IN_PERSON)))
    assert "plan" not in closed(there, f"{DAY} 13:00")


def test_rule_14_a_session_booked_as_self_guided_is_asked_on_the_day_too() -> None:
    alone = given(PREPARED, at("2026-03-11 09:00", booked(self_guided=True)))
    assert gate(alone, "guided", f"{DAY} 13:00").gate_class is GateClass.ABSOLUTE
    assert "guided" in closed(alone, f"{DAY} 13:00")
    allowed = PROTOCOL.model_copy(update={"self_guided_allowed": True})
    planned = given(
        PREPARED,
        at("2026-03-11 08:00", plan_amended(2, self_guided=True)),
        at("2026-03-11 09:00", booked(self_guided=True)),
    )
    assert "guided" in closed(planned, f"{DAY} 13:00")
    network = replace(TEST_NETWORK, adoptions={})
    assert "guided" not in closed(planned, f"{DAY} 13:00", protocol=allowed, network=network)
