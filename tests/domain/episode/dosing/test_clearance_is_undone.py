"""A go to dose ends with what becomes known after it: vitals corrected or entered late, answers that changed."""

from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.dosing.clear_to_dose import DoseCleared, clear_to_dose
from domain.episode.dosing.correct_vitals import correct_vitals
from domain.episode.dosing.record_checklist import record_checklist
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.dosing.record_vitals import VitalsRecorded, record_vitals
from domain.episode.gates import GatesAreClosed
from domain.episode.safety.note_deviation import DeviationNoted
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST
from tests.dosing_day import CLEARED, DAY, FIRST_DOSE, READY, SESSION, on, vitals, vitals_id

HIGH: dict[str, Any] = {"systolic_mmhg": 166, "diastolic_mmhg": 92, "pulse_per_min": 70}


def dosed(scenario: Scenario, clock: str = "14:00") -> Scenario:
    return scenario.when(
        record_dose, now=f"{DAY} 14:05", session_id=SESSION, dose_id=FIRST_DOSE, amount_mg=200, taken_at=on(clock)
    )


def is_undone(scenario: Scenario, since: str) -> None:
    taken = dosed(scenario)
    taken.includes(DoseTaken, cleared=False)
    taken.includes(DeviationNoted, rule="4", code="clearance_lapsed", at=on(since))


def test_a_go_stands_while_nothing_new_is_known() -> None:
    dosed(given(CLEARED)).includes(DoseTaken, cleared=True).excludes(DeviationNoted)


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
    dosed(older).excludes(DeviationNoted)


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
    dosed(over.after(at(f"{DAY} 13:55", cleared))).includes(DoseTaken, cleared=True).excludes(DeviationNoted)
