"""An override covers what was known when it was signed; what is told or measured later, and is worse, closes again."""

from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.check_in.report_symptoms import report_symptoms
from domain.episode.consent.sign_consent import sign_consent
from domain.episode.consent.withdraw_consent import withdraw_consent
from domain.episode.dosing.clear_to_dose import DoseCleared, clear_to_dose
from domain.episode.dosing.correct_vitals import correct_vitals
from domain.episode.dosing.record_checklist import record_checklist
from domain.episode.dosing.record_dose import record_dose
from domain.episode.dosing.record_vitals import record_vitals
from domain.episode.gates import Checkpoint, GatesAreClosed
from domain.episode.intake.report_medicine_change import report_medicine_change
from domain.episode.intake.review_medicines import review_medicines
from domain.episode.intake.update_intake import update_intake
from domain.episode.safety.grant_override import grant_override
from domain.episode.session.session import VitalsPhase
from tests.domain.given import Scenario, at, given
from tests.domain.people import RIVERA
from tests.dosing_day import (
    BOOKED,
    CLEARED,
    DAY,
    READY_BUT_VITALS,
    RELEASED,
    SECOND_SESSION,
    SESSION,
    booked,
    checklist,
    on,
    vitals,
    vitals_id,
)
from tests.gate_answers import gate
from tests.situations import ADA_INTAKE

SEEN = "13:40"
HIGH = (READY_BUT_VITALS, at(f"{DAY} {SEEN}", vitals(SEEN, 164, 92, 96)))


def overridden(scenario: Scenario, rule: str, now: str = f"{DAY} 13:45", number: int = 1) -> Scenario:
    return scenario.when(
        grant_override,
        by=RIVERA,
        now=now,
        override_id=derived_id("override", number),
        rule=rule,
        session_id=SESSION,
        reason="clinical judgement",
    )


def measured(scenario: Scenario, systolic: int, diastolic: int | None, pulse: int, **more: Any) -> Scenario:
    order = {"session_id": SESSION, "vitals_id": vitals_id("13:52"), "phase": VitalsPhase.BEFORE}
    values = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic, "pulse_per_min": pulse}
    return scenario.when(record_vitals, now=f"{DAY} 13:52", **order, **values, **more)


def clearing(scenario: Scenario, now: str = f"{DAY} 13:55") -> Scenario:
    return scenario.when(clear_to_dose, now=now, session_id=SESSION, dose_mg=200, plan_version=1)


def test_v4_vitals_as_they_were_seen_are_passed_over() -> None:
    clearing(given(HIGH)).refused(GatesAreClosed, rule="4")
    clearing(overridden(given(HIGH), "4")).includes(DoseCleared)


WORSE: dict[str, tuple[int, int | None, int]] = {
    "systolic": (170, 92, 96),
    "diastolic": (164, 95, 96),
    "pulse, which was within": (164, 92, 104),
    "too low": (84, 56, 70),
    "diastolic not measured": (150, None, 70),
}


@pytest.mark.parametrize("what", WORSE)
def test_v4_a_newer_set_that_is_worse_is_not(what: str) -> None:
    clearing(measured(overridden(given(HIGH), "4"), *WORSE[what])).refused(GatesAreClosed, rule="4")
    again = overridden(measured(overridden(given(HIGH), "4"), *WORSE[what]), "4", f"{DAY} 13:53", 2)
    clearing(again).includes(DoseCleared)


@pytest.mark.parametrize("values", [(164, 92, 96), (162, 91, 90), (150, 85, 70)])
def test_v4_a_newer_set_that_is_no_worse_is_covered(values: tuple[int, int, int]) -> None:
    clearing(measured(overridden(given(HIGH), "4"), *values)).includes(DoseCleared)


def test_v9_the_set_that_was_seen_and_turns_out_to_have_been_higher_is_not() -> None:
    order = {"session_id": SESSION, "vitals_id": vitals_id(SEEN), "systolic_mmhg": 176, "diastolic_mmhg": 92}
    corrected = overridden(given(HIGH), "4").when(
        correct_vitals, now=f"{DAY} 13:50", pulse_per_min=96, reason="misread", **order
    )
    clearing(corrected).refused(GatesAreClosed, rule="4")


def test_v4_without_any_vitals_a_set_out_of_limits_was_not_seen() -> None:
    blind = overridden(given(READY_BUT_VITALS), "4")
    clearing(blind).includes(DoseCleared)
    clearing(measured(blind, 162, 88, 70)).refused(GatesAreClosed, rule="4")
    clearing(measured(blind, 150, 85, 70)).includes(DoseCleared)


def urinary(number: int, nocturia: int) -> dict[str, Any]:
    answers = {"frequency_per_day": 6, "urgency": False, "dysuria": False, "visible_blood": False}
    return {"report_id": derived_id("report", number), "urinary": {**answers, "nocturia_per_night": nocturia}}


def test_u1_urinary_symptoms_that_are_told_after_it_close_again() -> None:
    reported = given(BOOKED).when(report_symptoms, now=f"{DAY} 09:00", **urinary(1, 3))
    assert not gate(reported, "urinary", f"{DAY} 13:20").is_open
    granted = overridden(reported, "26", f"{DAY} 10:00")
    assert gate(granted, "urinary", f"{DAY} 13:20").is_open
    more = granted.when(report_symptoms, now=f"{DAY} 11:00", **urinary(2, 5))
    assert not gate(more, "urinary", f"{DAY} 13:20").is_open
    assert gate(overridden(more, "26", f"{DAY} 12:00", 2), "urinary", f"{DAY} 13:20").is_open


ANSWERS = {
    name: value for name, value in checklist().model_dump().items() if name not in ("session_id", "checklist_id")
}
TOLD_TODAY: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "M1 food": ("+fasting", "food", {"last_food_at": on("11:00")}, {"last_food_at": on("13:30")}),
    "M1 drink": ("+fasting", "fluid", {"last_fluid_at": on("13:20")}, {"last_fluid_at": on("13:40")}),
    "alcohol": (
        "+alcohol_thc",
        "alcohol_thc",
        {"alcohol_or_thc_within_hold": None},
        {"alcohol_or_thc_within_hold": True},
    ),
}


@pytest.mark.parametrize("what", TOLD_TODAY)
def test_m1_another_answer_of_the_day_closes_again_and_the_same_does_not(what: str) -> None:
    rule, key, first, then = TOLD_TODAY[what]

    def asked(scenario: Scenario, number: int, now: str, answers: dict[str, Any]) -> Scenario:
        order = {"session_id": SESSION, "checklist_id": derived_id("list", number)}
        return scenario.when(record_checklist, now=f"{DAY} {now}", **order, **{**ANSWERS, **answers})

    def is_open(scenario: Scenario) -> bool:
        return gate(scenario, key, f"{DAY} 13:50", checkpoint=Checkpoint.CLEAR).is_open

    granted = overridden(asked(given(CLEARED[0]), 1, "13:41", first), rule)
    assert is_open(granted)
    assert is_open(asked(granted, 2, "13:46", first))
    assert not is_open(asked(granted, 2, "13:46", then))


def test_x2_pregnancy_found_after_an_override_for_one_that_was_not_known_closes_again() -> None:
    declined = given(BOOKED).when(update_intake, now=f"{DAY} 09:00", pregnancy="unknown")
    consented = declined.when(
        sign_consent, now=f"{DAY} 09:30", consent_type="ketamine_in_pregnancy", text_version=1, method="electronic"
    )
    granted = overridden(consented, "+pregnancy", f"{DAY} 10:00")
    assert gate(granted, "pregnancy", f"{DAY} 13:20").is_open
    heavier = granted.when(update_intake, now=f"{DAY} 11:00", weight=ADA_INTAKE.weight)
    assert gate(heavier, "pregnancy", f"{DAY} 13:20").is_open
    assert not gate(
        granted.when(update_intake, now=f"{DAY} 11:00", pregnancy="positive"), "pregnancy", f"{DAY} 13:20"
    ).is_open


def test_x2_the_consent_in_pregnancy_that_an_override_rested_on_and_was_withdrawn_closes_again() -> None:
    positive = given(BOOKED).when(update_intake, now=f"{DAY} 09:00", pregnancy="positive")
    order = {"consent_type": "ketamine_in_pregnancy", "text_version": 1, "method": "electronic"}
    granted = overridden(positive.when(sign_consent, now=f"{DAY} 09:30", **order), "+pregnancy", f"{DAY} 10:00")
    withdrawn = granted.when(withdraw_consent, now=f"{DAY} 11:00", consent_type="ketamine_in_pregnancy")
    assert not gate(withdrawn, "pregnancy", f"{DAY} 13:20").is_open


def test_m3_another_medicine_than_the_one_passed_over_closes_again() -> None:
    told = given(BOOKED).when(report_medicine_change, now=f"{DAY} 09:00", name="x")
    granted = overridden(told, "+medicines_changed", f"{DAY} 10:00")
    assert gate(granted, "medicines_reviewed", f"{DAY} 13:20").is_open
    another = granted.when(report_medicine_change, now=f"{DAY} 11:00", name="y")
    assert not gate(another, "medicines_reviewed", f"{DAY} 13:20").is_open
    listed = granted.when(review_medicines, now=f"{DAY} 11:00", medicines=[{"medicine_class": "opioid", "name": "z"}])
    assert not gate(listed, "medicines_reviewed", f"{DAY} 13:20").is_open


TOO_EARLY = (
    RELEASED,
    at("2026-03-19 09:00", booked(SECOND_SESSION, "2026-03-22 14:00", 2)),
    at("2026-03-18 09:00", booked(OTHER := derived_id("dosing", "another"), "2026-03-19 14:00", 3)),
)


def test_i2_a_dose_that_becomes_known_after_it_was_not_passed_over() -> None:
    """Signed for the dose of 17 Mar; one of 19 Mar in another session is entered later."""
    signed = given(TOO_EARLY).when(
        grant_override,
        by=RIVERA,
        now="2026-03-22 13:00",
        override_id=derived_id("override", "interval"),
        rule="11",
        session_id=SECOND_SESSION,
        reason="clinical judgement",
    )
    assert gate(signed, "interval", "2026-03-22 13:30", SECOND_SESSION).is_open
    more = signed.when(
        record_dose,
        now="2026-03-22 13:20",
        session_id=OTHER,
        dose_id=derived_id("dose", "another"),
        amount_mg=100,
        tablets=({"count": 1, "strength_mg": 100},),
        taken_at=on("14:00", "2026-03-19"),
    )
    assert not gate(more, "interval", "2026-03-22 13:30", SECOND_SESSION).is_open
