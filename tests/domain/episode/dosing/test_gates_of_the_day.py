"""What is asked on the day of a dose: each question closes its own gate until it is answered well."""

from decimal import Decimal
from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.dosing.clear_to_dose import DoseCleared, clear_to_dose
from domain.episode.dosing.open_dosing_session import open_dosing_session
from domain.episode.dosing.record_checklist import ChecklistRecorded, LastMealIsStillToCome, record_checklist
from domain.episode.dosing.record_dose import record_dose
from domain.episode.eligibility.of_age import PatientIsNotOfAge
from domain.episode.gates import Checkpoint, GateClass, GatesAreClosed
from domain.episode.intake.intake import Medicine, MedicineClass, MedicineInstruction
from domain.episode.intake.review_medicines import review_medicines
from domain.episode.plan.issue_plan import issue_plan
from domain.episode.safety.grant_override import OverrideGranted
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.release_hold import release_hold
from domain.episode.safety.safety import HoldReason
from domain.stream import change
from tests.domain.given import Scenario, at, given
from tests.domain.people import ADA_PATIENT, RIVERA, sealed
from tests.dosing_day import (
    BOOKED,
    DAY,
    FIRST_DOSE,
    OPENED,
    READY,
    SESSION,
    arrived,
    checklist,
    gate_of,
    on,
    place,
    vitals,
)
from tests.situations import ADA_INTAKE, ADA_TERMS, PREPARED

CLEAR = {"session_id": SESSION, "dose_mg": 200, "plan_version": 1, "now": f"{DAY} 14:00"}
DOSE = {"session_id": SESSION, "dose_id": FIRST_DOSE}


def answered(**changed: Any) -> Scenario:
    """Everything ready, with some answers of the checklist changed."""
    return given(OPENED, at(f"{DAY} 13:25", place(), checklist(**changed)), at(f"{DAY} 13:30", arrived())).after(
        at(f"{DAY} 13:45", vitals("13:45"))
    )


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"two_identifiers": False}, "+identity"),
        ({"medicine_in_hand": False}, "+identity"),
        ({"label_strength_mg": None}, "+identity"),
        ({"label_strength_mg": Decimal(50)}, "+identity"),
        ({"suicidal_thoughts_today": None}, "+suicide_question"),
        ({"intoxicated": True}, "+intoxicated"),
        ({"intoxicated": None}, "+intoxicated"),
        ({"capacity_in_doubt": True}, "+capacity"),
        ({"capacity_in_doubt": None}, "+capacity"),
        ({"driving_acknowledged": False}, "16"),
    ],
)
def test_nobody_overrides_what_is_absolute(changed: dict[str, Any], rule: str) -> None:
    scenario = answered(**changed)
    scenario.when(clear_to_dose, **CLEAR).refused(GatesAreClosed, rule=rule)
    asked = scenario.gates(Checkpoint.CLEAR, now=f"{DAY} 14:00", session_id=SESSION)
    assert {g.gate_class for g in asked if g.rule == rule and not g.is_open} == {GateClass.ABSOLUTE}


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"last_food_at": None}, "+fasting"),
        ({"last_fluid_at": on("13:30")}, "+fasting"),
        ({"alcohol_or_thc_within_hold": True}, "+alcohol_thc"),
        ({"medicines_changed": None}, "+medicines_changed"),
        ({"pregnancy_changed": None}, "+pregnancy"),
        ({"pregnancy_changed": True}, "+pregnancy"),
        ({"ketamine_elsewhere": True}, "+ketamine_elsewhere"),
    ],
)
def test_a_prescriber_may_override_for_this_session(changed: dict[str, Any], rule: str) -> None:
    scenario = answered(**changed)
    scenario.when(clear_to_dose, **CLEAR).refused(GatesAreClosed, rule=rule)
    override = OverrideGranted(
        override_id=FIRST_DOSE,
        rule=rule,
        session_id=SESSION,
        reason=sealed("reason"),
        values_seen=(),
        expires_at=on("13:50", "2026-03-18"),
    )
    scenario.after(at(f"{DAY} 13:50", override, by=RIVERA)).when(clear_to_dose, **CLEAR).includes(DoseCleared)


def test_an_override_of_vitals_lets_the_dose_go_ahead_for_as_long_as_fresh_ones_would() -> None:
    late = given(READY, at(f"{DAY} 14:20", _override("4"), by=RIVERA))
    late.when(clear_to_dose, **(CLEAR | {"now": f"{DAY} 14:25"})).includes(DoseCleared, lapses_at=on("14:55"))


def _override(rule: str) -> OverrideGranted:
    return OverrideGranted(
        override_id=FIRST_DOSE,
        rule=rule,
        session_id=SESSION,
        reason=sealed("reason"),
        values_seen=(),
        expires_at=on("14:00", "2026-03-18"),
    )


def test_no_override_opens_a_crisis() -> None:
    crisis = given(OPENED, at(f"{DAY} 13:25", place(), checklist()), at(f"{DAY} 13:30", arrived())).after(
        at(f"{DAY} 13:45", vitals("13:45", 184, 95))
    )
    crisis.after(at(f"{DAY} 13:50", _override("4"), by=RIVERA)).when(clear_to_dose, **CLEAR).refused(
        GatesAreClosed, rule="4.crisis"
    )


def test_a_remote_session_needs_somebody_to_call() -> None:
    alone = ADA_INTAKE.model_copy(update={"emergency_contact": None})
    answered().after(at(f"{DAY} 13:46", alone, by=RIVERA)).when(clear_to_dose, **CLEAR).refused(
        GatesAreClosed, missing="an emergency contact", rule="+place"
    )


def test_m1_fasting_counts_real_minutes() -> None:
    scenario = answered(last_food_at=on("10:05"))
    assert gate_of(scenario, Checkpoint.CLEAR, "food", "14:00").opens.at == on("14:05")
    scenario.when(clear_to_dose, **CLEAR).refused(GatesAreClosed, missing="240 min without food", rule="+fasting")
    scenario.when(clear_to_dose, **(CLEAR | {"now": f"{DAY} 14:04"})).refused(GatesAreClosed, rule="+fasting")
    scenario.when(clear_to_dose, **(CLEAR | {"now": f"{DAY} 14:05"})).includes(DoseCleared)


def test_m1_a_drink_counts_by_the_plans_own_minutes() -> None:
    """Not by those for food; what the checklist leaves out is unknown, and keeps its gate closed."""
    scenario = answered(last_fluid_at=on("13:01"))
    assert gate_of(scenario, Checkpoint.CLEAR, "fluid", "14:00").opens.at == on("14:01")
    scenario.when(clear_to_dose, **CLEAR).refused(GatesAreClosed, missing="60 min without fluid", rule="+fasting")
    answered(last_fluid_at=on("13:00")).when(clear_to_dose, **CLEAR).includes(DoseCleared)
    answered(last_fluid_at=None).when(clear_to_dose, **CLEAR).refused(GatesAreClosed, rule="+fasting")


def _holding(instruction: MedicineInstruction, held: bool | None) -> Scenario:
    """Lorazepam is on the list, and the checklist says whether it was held."""
    medicine = Medicine(
        medicine_class=MedicineClass.BENZODIAZEPINE, name=sealed("name"), instruction=instruction, hold_hours=24
    )
    intake = ADA_INTAKE.model_copy(update={"medicines": (medicine,)})
    return answered(medicines_held=held).after(at(f"{DAY} 13:46", intake, by=RIVERA))


def test_m2_a_medicine_to_hold_that_was_not_held_closes_and_one_to_continue_asks_nothing() -> None:
    def gate(scenario: Scenario) -> bool:
        return gate_of(scenario, Checkpoint.CLEAR, "medicines_held", "14:00").is_open

    assert not gate(_holding(MedicineInstruction.HOLD, False))
    assert not gate(_holding(MedicineInstruction.HOLD, None))
    assert gate(_holding(MedicineInstruction.HOLD, True))
    assert gate(_holding(MedicineInstruction.CONTINUE, None))


def _taken_last(clock: str, day: str, **answers: Any) -> Scenario:
    """Lorazepam, to be held for 24 h, was last taken then."""
    asked = checklist(held_medicine_last_taken_at=on(clock, day), **answers)
    return _holding(MedicineInstruction.HOLD, None).after(at(f"{DAY} 13:47", asked))


@pytest.mark.parametrize("answer", [None, True, False])
def test_m2_the_hours_are_counted_from_the_last_one_taken(answer: bool | None) -> None:
    """18 of 24 h by 14:00, also where the answer was that it had been held."""
    early = _taken_last("20:00", "2026-03-16", medicines_held=answer)
    gate = gate_of(early, Checkpoint.CLEAR, "medicines_held", "14:00")
    assert (gate.is_open, gate.opens.at) == (False, on("20:00"))
    early.when(clear_to_dose, **CLEAR).refused(GatesAreClosed, missing="24 hours without", rule="+medicines_held")


def test_m2_after_the_hours_it_is_open_unless_the_answer_was_no() -> None:
    def is_open(clock: str, **answers: Any) -> bool:
        taken = _taken_last(clock, "2026-03-16", **answers)
        return gate_of(taken, Checkpoint.CLEAR, "medicines_held", "14:00").is_open

    assert is_open("14:00", medicines_held=None)
    assert not is_open("14:01", medicines_held=None)
    assert not is_open("13:00", medicines_held=False)


def test_m2_a_medicine_cannot_have_been_taken_later_than_now() -> None:
    given(OPENED).when(
        record_checklist,
        now=f"{DAY} 13:25",
        session_id=SESSION,
        checklist_id=SESSION,
        held_medicine_last_taken_at=on("13:26"),
    ).refused(LastMealIsStillToCome, field="held_medicine_last_taken_at")


def test_m1_a_pressure_medicine_that_was_skipped_stands_beside_the_vitals_and_closes_nothing() -> None:
    skipped = answered(pressure_medicine_skipped=True)
    gate = gate_of(skipped, Checkpoint.CLEAR, "vitals", "14:00")
    assert gate.is_open
    assert "high blood pressure was skipped" in gate.facts[0]
    assert not any("skipped" in fact for fact in gate_of(answered(), Checkpoint.CLEAR, "vitals", "14:00").facts)
    skipped.when(clear_to_dose, **CLEAR).includes(DoseCleared)


def test_m2_a_prescriber_may_pass_over_a_medicine_that_was_not_held() -> None:
    missed = _holding(MedicineInstruction.HOLD, False)
    missed.when(clear_to_dose, **CLEAR).refused(GatesAreClosed, rule="+medicines_held")
    passed = missed.after(at(f"{DAY} 13:50", _passed_over("+medicines_held"), by=RIVERA))
    assert "+medicines_held" not in {
        one.rule for one in passed.gates(Checkpoint.CLEAR, now=f"{DAY} 14:00", session_id=SESSION) if not one.is_open
    }
    passed.when(clear_to_dose, **CLEAR).includes(DoseCleared)


def _passed_over(rule: str) -> OverrideGranted:
    return OverrideGranted(
        override_id=derived_id("override", rule),
        rule=rule,
        session_id=SESSION,
        reason=sealed("A small dose, days ago"),
        values_seen=(),
        expires_at=on("23:00"),
    )


def test_m3_a_change_found_today_waits_for_the_prescriber() -> None:
    changed = answered(medicines_changed=True)
    changed.when(clear_to_dose, **CLEAR).refused(GatesAreClosed, rule="+medicines_changed")
    changed.when(review_medicines, by=RIVERA, now=f"{DAY} 13:50").when(clear_to_dose, **CLEAR).includes(DoseCleared)


def test_suicidal_thoughts_today_hold_at_once_until_a_prescriber_has_released() -> None:
    answers = checklist(suicidal_thoughts_today=True)
    before = given(OPENED, at(f"{DAY} 13:25", place()), at(f"{DAY} 13:30", arrived()))
    told = before.when(record_checklist, now=f"{DAY} 13:35", **answers.model_dump())
    told.includes(ChecklistRecorded).includes(HoldPlaced, reason=HoldReason.SUICIDAL_THOUGHTS, session_id=SESSION)
    fresh = told.after(at(f"{DAY} 13:45", vitals("13:45")))
    fresh.when(clear_to_dose, **CLEAR).refused(GatesAreClosed, rule="+suicidal_thoughts")
    hold_id = next(iter(fresh.state.holds))
    fresh.when(release_hold, by=RIVERA, now=f"{DAY} 13:50", hold_id=hold_id, reason="chronic, assessed today").when(
        clear_to_dose, **CLEAR
    ).includes(DoseCleared)


def test_a_checklist_is_recorded_once_and_a_later_one_replaces_it() -> None:
    given(READY).when(record_checklist, now=f"{DAY} 13:45", **checklist().model_dump()).then()
    again = checklist(driving_acknowledged=False)
    later = given(READY).when(record_checklist, now=f"{DAY} 13:45", **again.model_dump())
    later.then(again)
    later.when(clear_to_dose, **CLEAR).refused(GatesAreClosed, rule="16")


def test_a_meal_cannot_lie_ahead() -> None:
    ahead = checklist(last_food_at=on("14:30"))
    given(OPENED).when(record_checklist, now=f"{DAY} 13:45", **ahead.model_dump()).refused(
        LastMealIsStillToCome, field="last_food_at"
    )


def test_every_closed_gate_says_what_is_missing_and_how_it_opens() -> None:
    asked = given(OPENED).gates(Checkpoint.CLEAR, now=f"{DAY} 14:00", session_id=SESSION)
    closed = [gate for gate in asked if gate.stands_in_the_way]
    assert len(closed) > 10
    assert all(gate.missing and (gate.opens.at or gate.opens.act) and gate.name for gate in closed)


def test_the_whole_day_is_open_when_everything_is_in_order() -> None:
    asked = given(READY).gates(Checkpoint.CLEAR, now=f"{DAY} 14:00", session_id=SESSION)
    assert [gate.key for gate in asked if gate.stands_in_the_way] == []


def test_what_was_asked_yesterday_is_not_asked_today() -> None:
    """A session that nobody closed stays open: its answers, that on suicide above all, are those of another day."""
    asked_once = given(READY)
    evening = asked_once.after(at(f"{DAY} 23:50", vitals("23:50")))
    assert gate_of(evening, Checkpoint.CLEAR, "suicide_question", "23:55").is_open
    tomorrow = "2026-03-18"
    on_the_next = asked_once.after(at(f"{tomorrow} 13:50", place(), vitals("13:50", day=tomorrow)))
    for key in ("suicide_question", "intoxicated", "capacity", "two_identifiers", "food", "medicines_asked", "driving"):
        assert not gate_of(on_the_next, Checkpoint.CLEAR, key, "14:00", tomorrow).is_open, key
    assert (
        "Nobody has arrived today."
        in gate_of(on_the_next, Checkpoint.CLEAR, "companion_present", "14:00", tomorrow).facts
    )
    again = on_the_next.after(at(f"{tomorrow} 13:55", checklist(day=tomorrow)))
    assert gate_of(again, Checkpoint.CLEAR, "suicide_question", "14:00", tomorrow).is_open


def test_midnight_takes_nothing_back_in_a_session_that_is_under_way() -> None:
    """Asked at 23:40, cleared at 00:10: place, adult and answers are of one sitting, until it counts as left open."""
    tomorrow = "2026-03-18"
    late = given(OPENED, at(f"{DAY} 23:35", place(), arrived("23:35")), at(f"{DAY} 23:40", checklist()))
    ready = late.after(at(f"{tomorrow} 00:05", vitals("00:05", day=tomorrow)))
    asked = ready.gates(Checkpoint.CLEAR, now=f"{tomorrow} 00:10", session_id=SESSION)
    assert [gate.key for gate in asked if gate.stands_in_the_way] == []
    assert gate_of(ready, Checkpoint.CLEAR, "suicide_question", "05:40", tomorrow).is_open
    for key in ("suicide_question", "intoxicated", "capacity", "companion_present", "place"):
        assert not gate_of(ready, Checkpoint.CLEAR, key, "05:41", tomorrow).is_open, key


def test_the_day_of_the_checklist_is_that_where_the_patient_is() -> None:
    """Of the morning and the night of one day in New York, which in Honolulu are two days; and the other way about."""
    far = place(state="HI", zone="Pacific/Honolulu")
    asked = given(OPENED, at(f"{DAY} 06:30", far, checklist()))
    assert gate_of(asked, Checkpoint.CLEAR, "suicide_question", "05:30", "2026-03-18").is_open
    before_their_midnight = given(OPENED, at(f"{DAY} 05:30", far, checklist()))
    assert not gate_of(before_their_midnight, Checkpoint.CLEAR, "suicide_question", "13:30").is_open


def test_no_dose_for_a_patient_who_turns_out_to_be_a_minor() -> None:
    """The birth date was corrected after they had been found eligible; what was taken all the same is recorded."""
    minor = change(ADA_PATIENT, is_adult=False)
    given(BOOKED).when(open_dosing_session, session_id=SESSION, patient=minor, now=f"{DAY} 13:20").refused(
        PatientIsNotOfAge, rule="+adult"
    )
    given(READY).when(clear_to_dose, patient=minor, **CLEAR).refused(PatientIsNotOfAge, rule="+adult")
    given(READY).when(clear_to_dose, **CLEAR).includes(DoseCleared)
    given(READY).when(record_dose, patient=minor, now=f"{DAY} 14:05", **DOSE, amount_mg=200).includes(
        DeviationNoted, rule="+adult", code="adult"
    )
    order = {"plan_id": derived_id("plan", 2), "terms": ADA_TERMS.model_dump(), "now": "2026-03-12 09:00"}
    given(PREPARED).when(issue_plan, by=RIVERA, patient=minor, **order).refused(PatientIsNotOfAge)
