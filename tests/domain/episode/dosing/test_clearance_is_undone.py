"""A go to dose ends with what becomes known after it: vitals corrected or entered late, answers that changed."""

from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.consent.withdraw_consent import withdraw_consent
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.dosing.clear_to_dose import DoseCleared, clear_to_dose
from domain.episode.dosing.correct_dose import correct_dose
from domain.episode.dosing.correct_vitals import correct_vitals
from domain.episode.dosing.record_check import record_check
from domain.episode.dosing.record_checklist import record_checklist
from domain.episode.dosing.record_companion_arrival import record_companion_arrival
from domain.episode.dosing.record_companion_departure import record_companion_departure
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.dosing.record_swallowing import record_swallowing
from domain.episode.dosing.record_vitals import VitalsRecorded, record_vitals
from domain.episode.dosing.record_vomiting import record_vomiting
from domain.episode.eligibility.determine_eligibility import determine_eligibility
from domain.episode.eligibility.find_contraindication import find_contraindication
from domain.episode.gates import GatesAreClosed
from domain.episode.intake.report_medicine_change import report_medicine_change
from domain.episode.plan.amend_plan import amend_plan
from domain.episode.plan.issue_plan import issue_plan
from domain.episode.plan.resume_plan import resume_plan
from domain.episode.plan.set_next_dose import set_next_dose
from domain.episode.plan.suspend_plan import suspend_plan
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.session.session import DosePart
from domain.episode.session.without_entry import without_entry
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST, RIVERA
from tests.dosing_day import (
    BOOSTER,
    CLEARED,
    DAY,
    DOSED,
    FIRST_DOSE,
    READY,
    SESSION,
    cleared,
    dose,
    on,
    place,
    recorded_dose,
    vitals,
    vitals_id,
)
from tests.situations import PLAN, terms

HIGH: dict[str, Any] = {"systolic_mmhg": 166, "diastolic_mmhg": 92, "pulse_per_min": 70}


def is_undone(scenario: Scenario, since: str) -> None:
    taken = recorded_dose(scenario)
    taken.includes(DoseTaken, cleared=False)
    taken.includes(DeviationNoted, rule="4", code="clearance_lapsed", at=on(since))


def test_a_go_stands_while_nothing_new_is_known() -> None:
    recorded_dose(given(CLEARED)).includes(DoseTaken, cleared=True).excludes(DeviationNoted)


def test_v9_vitals_corrected_between_the_go_and_the_dose_end_it() -> None:
    corrected = given(CLEARED).when(
        correct_vitals, now=f"{DAY} 13:58", session_id=SESSION, vitals_id=vitals_id("13:40"), reason="slip", **HIGH
    )
    is_undone(corrected, "13:55")
    corrected.when(clear_to_dose, now=f"{DAY} 13:59", session_id=SESSION, dose_mg=200, plan_version=1).refused(
        GatesAreClosed, missing="systolic 166"
    )


def test_v3_a_newer_set_entered_after_the_go_ends_it() -> None:
    known_late = given(CLEARED).when(
        record_vitals,
        now=f"{DAY} 13:58",
        session_id=SESSION,
        vitals_id=vitals_id("13:50"),
        phase="before",
        taken_at=on("13:50"),
        **HIGH,
    )
    is_undone(known_late, "13:55")


def test_v4_an_older_set_makes_the_one_of_the_go_a_recheck_that_came_too_early() -> None:
    """164/92 at 13:36, written down after a go on 124/78 at 13:40: as if they had come in their order."""
    known_late = given(CLEARED).when(
        record_vitals,
        now=f"{DAY} 13:58",
        session_id=SESSION,
        vitals_id=vitals_id("13:36"),
        phase="before",
        taken_at=on("13:36"),
        **HIGH,
    )
    is_undone(known_late, "13:55")


def test_an_older_set_entered_after_the_go_does_not() -> None:
    older = given(CLEARED).when(
        record_vitals,
        now=f"{DAY} 13:58",
        session_id=SESSION,
        vitals_id=vitals_id("13:28"),
        phase="before",
        taken_at=on("13:28"),
        **HIGH,
    )
    recorded_dose(older).excludes(DeviationNoted)


def test_vitals_of_another_patient_end_the_go_that_rested_on_them() -> None:
    entry = given(CLEARED).entry(VitalsRecorded)
    taken_back = given(CLEARED).when(
        mark_in_error, by=LINDQVIST, now=f"{DAY} 13:58", event_id=entry.envelope.event_id, reason="Ben's", entry=entry
    )
    is_undone(taken_back, "13:55")


@pytest.mark.parametrize(
    "answer",
    [
        {"intoxicated": True},
        {"capacity_in_doubt": True},
        {"alcohol_or_thc_within_hold": True},
        {"pregnancy_changed": True},
        {"ketamine_elsewhere": True},
        {"medicines_changed": True},
        {"medicines_held": False},
    ],
)
def test_an_answer_that_says_no_ends_it(answer: dict[str, bool]) -> None:
    asked_again = given(CLEARED).when(
        record_checklist, now=f"{DAY} 13:58", session_id=SESSION, checklist_id=derived_id("again"), **answer
    )
    is_undone(asked_again, "13:58")


def test_a_set_out_of_limits_that_was_overridden_does_not_end_its_own_go() -> None:
    over = given(READY, at(f"{DAY} 13:50", vitals("13:50", 161, 80)))
    cleared = DoseCleared.model_validate(
        given(CLEARED).entry(DoseCleared).event.model_dump() | {"vitals_ids": (vitals_id("13:50"),)}
    )
    recorded_dose(over.after(at(f"{DAY} 13:55", cleared))).includes(DoseTaken, cleared=True).excludes(DeviationNoted)


PRESCRIBED: dict[str, tuple[Any, dict[str, Any]]] = {
    "a lower dose": (set_next_dose, {"plan_id": PLAN, "next_dose_mg": 100, "reason": "sedated last time"}),
    "a higher dose": (set_next_dose, {"plan_id": PLAN, "next_dose_mg": 250, "reason": "little effect"}),
    "other limits": (amend_plan, {"plan_id": PLAN, "terms": terms(hold_minutes=10), "reason": "review"}),
    "suspended": (suspend_plan, {"plan_id": PLAN, "reason": "laboratory"}),
}


@pytest.mark.parametrize("what", PRESCRIBED)
def test_d7_what_the_prescriber_changes_after_the_go_ends_it(what: str) -> None:
    """The therapist would read the old dose off the page, and it would be written down as cleared."""
    decide, order = PRESCRIBED[what]
    changed = given(CLEARED).when(decide, by=RIVERA, now=f"{DAY} 13:58", **order)
    is_undone(changed, "13:58")
    recorded_dose(changed, "13:57").includes(DoseTaken, cleared=True)


def test_a_plan_that_was_suspended_and_resumed_needs_a_new_go() -> None:
    suspended = given(CLEARED).when(suspend_plan, by=RIVERA, now=f"{DAY} 13:57", plan_id=PLAN, reason="laboratory")
    is_undone(suspended.when(resume_plan, by=RIVERA, now=f"{DAY} 13:58", plan_id=PLAN, reason="normal"), "13:57")


def test_another_plan_ends_the_go_given_under_the_one_before() -> None:
    other = given(CLEARED).when(
        issue_plan, by=RIVERA, now=f"{DAY} 13:58", plan_id=derived_id("another plan"), terms=terms(next_dose_mg=150)
    )
    is_undone(other, "13:58")


@pytest.mark.parametrize("code", ["uncontrolled_hypertension", "liver_disease"])
def test_x1_a_contraindication_found_after_the_go_ends_it(code: str) -> None:
    is_undone(given(CLEARED).when(find_contraindication, now=f"{DAY} 13:58", code=code), "13:58")


def test_eligibility_taken_away_after_the_go_ends_it() -> None:
    taken_away = given(CLEARED).when(
        determine_eligibility, by=RIVERA, now=f"{DAY} 13:58", outcome="not_eligible", rationale="unstable"
    )
    is_undone(taken_away, "13:58")


def test_m3_a_medicine_that_changed_after_the_go_ends_it() -> None:
    is_undone(given(CLEARED).when(report_medicine_change, now=f"{DAY} 13:58", name="clarithromycin"), "13:58")


def test_h2_a_chaperone_who_leaves_before_the_dose_ends_it_unless_another_is_there() -> None:
    left = given(CLEARED).when(record_companion_departure, now=f"{DAY} 13:58", session_id=SESSION)
    is_undone(left, "13:58")
    second = given(CLEARED).when(
        record_companion_arrival,
        now=f"{DAY} 13:56",
        session_id=SESSION,
        companion_id=derived_id("companion", 2),
        arrived_at=on("13:35"),
        is_adult=True,
    )
    relieved = second.when(record_companion_departure, now=f"{DAY} 13:58", session_id=SESSION)
    recorded_dose(relieved).includes(DoseTaken, cleared=True).excludes(DeviationNoted)


def test_l1_a_patient_found_in_another_state_ends_it() -> None:
    moved = given(CLEARED, at(f"{DAY} 13:58", place(state="TX", zone="America/Chicago")))
    is_undone(moved, "13:58")
    recorded_dose(given(CLEARED, at(f"{DAY} 13:58", place()))).includes(DoseTaken, cleared=True)


def test_c2_a_consent_withdrawn_before_the_go_and_written_down_after_it_ends_it() -> None:
    withdrawn = given(CLEARED).when(withdraw_consent, now=f"{DAY} 13:58", consent_type="ketamine", from_at=on("13:50"))
    is_undone(withdrawn, "13:55")


def _measured_at(scenario: Scenario, clock: str) -> Scenario:
    return scenario.when(
        correct_vitals,
        session_id=SESSION,
        vitals_id=vitals_id("13:40"),
        taken_at=on(clock),
        reason="read off the device",
        systolic_mmhg=124,
        diastolic_mmhg=78,
        pulse_per_min=70,
    )


def test_v2_vitals_that_were_older_than_written_down_expire_earlier() -> None:
    is_undone(_measured_at(given(CLEARED), "13:27"), "13:57")


def test_v2_vitals_found_to_be_older_after_the_dose_are_told() -> None:
    _measured_at(given(DOSED), "13:30").includes(DeviationNoted, code="clearance_lapsed", at=on("14:00"))
    _measured_at(given(DOSED), "13:38").excludes(DeviationNoted)


BOOSTED = (
    DOSED,
    at(f"{DAY} 14:28", vitals("14:28")),
    at(f"{DAY} 14:30", cleared("14:43", 300, DosePart.BOOSTER, rests_on="14:28")),
)
"""The booster is cleared at 14:30 and not taken yet."""
AFTER_THE_FIRST: dict[str, tuple[Any, dict[str, Any], str]] = {
    "vomited": (record_vomiting, {}, "14:31"),
    "swallowed": (record_swallowing, {"dose_id": FIRST_DOSE}, "14:30"),
    "does not respond": (record_check, {"check_id": derived_id("look"), "responsive": False}, "14:31"),
    "very drowsy": (record_check, {"check_id": derived_id("look"), "responsive": True, "sedation": 3}, "14:31"),
}


def boosted(scenario: Scenario) -> Scenario:
    return scenario.when(
        record_dose,
        now=f"{DAY} 14:33",
        session_id=SESSION,
        dose_id=BOOSTER,
        part=DosePart.BOOSTER,
        amount_mg=100,
        tablets=({"count": 1, "strength_mg": 100},),
        taken_at=on("14:32"),
    )


@pytest.mark.parametrize("what", AFTER_THE_FIRST)
def test_d10_d11_what_is_seen_after_the_go_for_a_booster_ends_it(what: str) -> None:
    decide, order, since = AFTER_THE_FIRST[what]
    boosted(given(BOOSTED)).includes(DoseTaken, cleared=True)
    seen = boosted(given(BOOSTED).when(decide, now=f"{DAY} 14:31", session_id=SESSION, **order))
    seen.includes(DoseTaken, cleared=False).includes(DeviationNoted, code="clearance_lapsed", at=on(since))


def test_a_first_part_corrected_after_the_go_for_a_booster_is_judged_by_its_own() -> None:
    """Else its time, put right by a minute, would make a dose without a go of it."""
    both = given(BOOSTED, at(f"{DAY} 14:32", dose("14:32", 100, DosePart.BOOSTER, dose_id=BOOSTER)))
    order = {"session_id": SESSION, "dose_id": FIRST_DOSE, "reason": "clock"}
    both.when(correct_dose, **order, amount_mg=200, taken_at=on("14:06")).excludes(DeviationNoted)
    late = both.when(correct_dose, **order, amount_mg=200, taken_at=on("14:12"))
    late.includes(DeviationNoted, code="clearance_lapsed", at=on("14:10"))
    both.when(correct_dose, **order, amount_mg=250).includes(DeviationNoted, code="above_cleared")


def test_d8_a_first_part_that_was_at_another_time_moves_the_window_of_a_booster_that_was_taken() -> None:
    """From 14:25 to 14:50 after a first part at 14:05; the booster was at 14:32."""
    both = given(BOOSTED, at(f"{DAY} 14:32", dose("14:32", 100, DosePart.BOOSTER, dose_id=BOOSTER)))
    order = {"session_id": SESSION, "dose_id": FIRST_DOSE, "reason": "clock", "amount_mg": 200}
    late = both.when(correct_dose, **order, taken_at=on("13:46"))
    late.includes(DeviationNoted, rule="15.booster", code="window", about=BOOSTER)
    again = late.when(correct_dose, **order, taken_at=on("13:45"))
    assert "window" not in {event.code for event in again.events if isinstance(event, DeviationNoted)}
    early = both.when(correct_dose, **order, taken_at=on("14:15"))
    early.includes(DeviationNoted, rule="15.booster", code="window", about=BOOSTER)


def test_a_go_of_the_first_part_in_error_leaves_that_of_the_second_and_no_amount() -> None:
    both = given(BOOSTED)
    first = next(r for r in both.recorded if isinstance(r.event, DoseCleared)).envelope.event_id
    session = without_entry(both.state, first).sessions[SESSION]
    assert session.cleared_mg is None
    assert session.clearance is not None
    assert session.clearance.part is DosePart.BOOSTER


def test_a_second_go_in_error_gives_the_first_one_back() -> None:
    twice = given(CLEARED, at(f"{DAY} 13:59", cleared("14:10", 100)))
    session = without_entry(twice.state, twice.entry(DoseCleared).envelope.event_id).sessions[SESSION]
    assert session.cleared_mg == 200


def test_vitals_of_the_first_go_in_error_are_told_after_that_of_the_booster_too() -> None:
    entry = next(r for r in given(BOOSTED).recorded if isinstance(r.event, VitalsRecorded))
    given(BOOSTED).when(
        mark_in_error, by=LINDQVIST, now=f"{DAY} 14:31", event_id=entry.envelope.event_id, reason="Ben's", entry=entry
    ).includes(DeviationNoted, rule="4", code="vitals_in_error")
