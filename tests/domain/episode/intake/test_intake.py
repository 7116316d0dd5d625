"""Booking, completing and updating the intake."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain.episode.intake.book_intake import IntakeBooked, IntakeWouldBeInThePast, book_intake
from domain.episode.intake.complete_intake import (
    IntakeCompleted,
    IntakeEndsBeforeItBegins,
    IntakeIsComplete,
    complete_intake,
)
from domain.episode.intake.elsewhere import last_elsewhere
from domain.episode.intake.findings import (
    DateIsInTheFuture,
    PatientZoneIsUnknown,
    PregnancyTestHasNoDate,
    PressureIsNotPossible,
    WeightChangedMuch,
)
from domain.episode.intake.intake import Answer, Pregnancy, Way
from domain.episode.intake.update_intake import IntakeIsNotComplete, IntakeUpdated, update_intake
from domain.episode.refusals import EpisodeIsNotOpen
from tests.domain.given import Scenario, given
from tests.domain.people import RIVERA, local
from tests.situations import ADA_INTAKE, ASSIGNED, INTAKE_DONE

ORDER: dict[str, Any] = {
    "started_at": local("2026-03-02 09:00"),
    "ended_at": local("2026-03-02 09:58"),
    "way": "remote",
    "diagnoses": ("F33.2",),
    "weight": {"value": "70.0", "unit": "kg", "measured_on": "2026-03-02"},
    "ketamine_allergy": "no",
    "allergies_asked": True,
    "baseline_systolic_mmhg": 124,
    "baseline_diastolic_mmhg": 78,
    "baseline_pulse_per_min": 70,
    "pregnancy": "not_applicable",
    "nursing": "no",
    "urinary": {
        "frequency_per_day": 6,
        "nocturia_per_night": 1,
        "urgency": False,
        "dysuria": False,
        "visible_blood": False,
    },
    "emergency_contact": "her brother",
    "home_state": "NY",
    "patient_zone": "America/New_York",
}


def completing(**changed: Any) -> Scenario:
    return given(ASSIGNED).when(complete_intake, by=RIVERA, now="2026-03-02 10:00", **(ORDER | changed))


def updating(**changed: Any) -> Scenario:
    return given(INTAKE_DONE).when(update_intake, by=RIVERA, now="2026-03-16 10:00", **changed)


def test_the_intake_is_booked_and_moved() -> None:
    first = {"starts_at": local("2026-03-02 09:00")}
    booked = given(ASSIGNED).when(book_intake, **first)
    booked.then(IntakeBooked(starts_at=local("2026-03-02 09:00"), way=Way.REMOTE))
    booked.when(book_intake, **first).then()
    booked.when(book_intake, starts_at=local("2026-03-03 09:00")).includes(IntakeBooked)


def test_an_intake_is_not_booked_into_the_past_nor_when_done() -> None:
    given(ASSIGNED).when(book_intake, starts_at=local("2026-02-25 09:00")).refused(IntakeWouldBeInThePast)
    given(INTAKE_DONE).when(book_intake, starts_at=local("2026-03-09 09:00")).refused(IntakeIsComplete)
    given().when(book_intake, starts_at=local("2026-03-09 09:00")).refused(EpisodeIsNotOpen)


def test_a_prescriber_completes_the_intake() -> None:
    completed = completing()
    completed.then(ADA_INTAKE)
    intake = completed.state.intake
    assert (intake.weight.kg, intake.has_emergency_contact, intake.completed_by) == (70, True, RIVERA.actor_id)


def test_the_same_intake_again_records_nothing_new() -> None:
    completing().when(complete_intake, **ORDER).then()


def test_a_second_intake_is_an_update() -> None:
    completing().when(complete_intake, **(ORDER | {"ended_at": local("2026-03-02 09:59")})).refused(IntakeIsComplete)


def test_an_intake_ends_after_it_begins() -> None:
    completing(ended_at=local("2026-03-02 08:58")).refused(IntakeEndsBeforeItBegins, field="ended_at")


def test_medicines_are_coded_and_their_names_sealed() -> None:
    medicine = {"medicine_class": "benzodiazepine", "name": "lorazepam", "instruction": "hold", "hold_hours": 24}
    event = completing(medicines=(medicine,)).events[0]
    assert isinstance(event, IntakeCompleted)
    assert (event.medicines[0].medicine_class, event.medicines[0].hold_hours) == ("benzodiazepine", 24)
    assert "lorazepam" not in repr(event)


def test_systolic_is_above_diastolic() -> None:
    completing(baseline_systolic_mmhg=80, baseline_diastolic_mmhg=120).refused(PressureIsNotPossible)


def test_x2_a_negative_test_has_a_date() -> None:
    completing(pregnancy="test_negative").refused(PregnancyTestHasNoDate, field="pregnancy_tested_on")
    tested = completing(pregnancy="test_negative", pregnancy_tested_on=date(2026, 3, 1))
    tested.includes(IntakeCompleted, pregnancy=Pregnancy.TEST_NEGATIVE)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"weight": {"value": "70", "unit": "kg", "measured_on": "2026-03-03"}}, "weight"),
        ({"pregnancy": "test_negative", "pregnancy_tested_on": date(2026, 3, 3)}, "pregnancy_tested_on"),
        ({"ketamine_elsewhere_on": date(2026, 3, 3)}, "ketamine_elsewhere_on"),
    ],
)
def test_days_are_not_in_the_future(changed: dict[str, Any], field: str) -> None:
    completing(**changed).refused(DateIsInTheFuture, field=field)


def test_the_patients_zone_is_one_that_exists() -> None:
    completing(patient_zone="New York").refused(PatientZoneIsUnknown, field="patient_zone")


@pytest.mark.parametrize("changed", [{"weight": {"value": "70", "unit": "stone"}}, {"diagnoses": ("depression",)}])
def test_units_and_codes_are_those_of_the_field(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        completing(**changed)


def test_d3_pounds() -> None:
    weight = {"value": "154", "unit": "lb", "measured_on": "2026-03-16"}
    stored = updating(weight=weight).state.intake.weight
    assert (stored.value, stored.unit.value, stored.kg.quantize(Decimal("0.1"))) == (154, "lb", Decimal("69.9"))


def test_d3_the_sentence_shows_pounds_in_kilograms_too() -> None:
    asked = updating(weight={"value": "200", "unit": "lb", "measured_on": "2026-03-16"})
    assert str(asked.refusal).startswith("200 lb (90.7 kg) is 30 % away from 70 kg of 2 Mar 2026.")


def test_d3_the_wrong_unit_asks_again() -> None:
    weight = {"value": "154", "unit": "kg", "measured_on": "2026-03-16"}
    asked = updating(weight=weight)
    assert "120 %" in str(asked.refusal)
    assert isinstance(asked.refusal, WeightChangedMuch)
    assert asked.refusal.confirm == "confirm_weight"
    updating(weight=weight, confirm_weight=True).includes(IntakeUpdated)


@pytest.mark.parametrize(("value", "is_asked"), [("77.0", False), ("77.1", True), ("63.0", False), ("62.9", True)])
def test_d3_more_than_a_tenth_is_much(value: str, is_asked: bool) -> None:
    asked = updating(weight={"value": value, "unit": "kg", "measured_on": "2026-03-16"})
    assert isinstance(asked.refusal, WeightChangedMuch) is is_asked


def test_an_update_changes_what_it_names_and_nothing_else() -> None:
    updated = updating(pregnancy="declined")
    updated.then(IntakeUpdated(pregnancy=Pregnancy.DECLINED))
    intake = updated.state.intake
    assert (intake.pregnancy, intake.weight.value, intake.updated_at) == (
        Pregnancy.DECLINED,
        70,
        local("2026-03-16 10:00"),
    )


def test_x2_an_update_entered_late_changes_nothing_that_was_found_since() -> None:
    newest = updating(pregnancy="positive")
    late: dict[str, Any] = {"pregnancy": "test_negative", "pregnancy_tested_on": date(2026, 3, 9), "home_state": "NJ"}
    entered = newest.when(
        update_intake, by=RIVERA, now="2026-03-17 10:00", **late, occurred_at=local("2026-03-10 10:00")
    )
    assert entered.state.intake.pregnancy is Pregnancy.POSITIVE
    assert entered.state.intake.home_state == "NJ"


def test_x1_an_allergy_and_a_later_day_elsewhere_are_never_too_late() -> None:
    newest = updating(ketamine_allergy="no", ketamine_elsewhere_on=date(2026, 3, 1))
    late = {"ketamine_allergy": "yes", "ketamine_elsewhere_on": date(2026, 3, 8)}
    entered = newest.when(
        update_intake, by=RIVERA, now="2026-03-17 10:00", **late, occurred_at=local("2026-03-10 10:00")
    )
    assert entered.state.intake.ketamine_allergy is Answer.YES
    assert entered.state.intake.ketamine_elsewhere_on == date(2026, 3, 8)


def test_an_empty_update_says_that_all_was_gone_through() -> None:
    updated = updating()
    updated.then(IntakeUpdated())
    assert updated.state.intake.updated_at == local("2026-03-16 10:00")


def test_the_same_update_again_records_nothing_new() -> None:
    order = {"occurred_at": local("2026-03-16 10:00"), "pregnancy": "declined"}
    updating(**order).when(update_intake, **order).then()


def test_an_update_keeps_the_day_of_ketamine_elsewhere() -> None:
    told = completing(ketamine_elsewhere_on=date(2026, 2, 20))
    assert last_elsewhere(told.state) == date(2026, 2, 20)
    assert last_elsewhere(told.when(update_intake, pregnancy="denied").state) == date(2026, 2, 20)
    newer = told.when(update_intake, ketamine_elsewhere_on=date(2026, 2, 27))
    assert last_elsewhere(newer.state) == date(2026, 2, 27)


def test_an_emergency_contact_is_known_once_given() -> None:
    without = completing(emergency_contact=None)
    assert without.state.intake.has_emergency_contact is False
    assert without.when(update_intake, pregnancy="denied").state.intake.has_emergency_contact is False
    given_later = without.when(update_intake, emergency_contact="her brother")
    assert given_later.state.intake.has_emergency_contact is True


def test_only_a_completed_intake_is_updated() -> None:
    given(ASSIGNED).when(update_intake, pregnancy="declined").refused(IntakeIsNotComplete)


def test_an_update_is_checked_like_the_intake() -> None:
    updating(baseline_systolic_mmhg=80, baseline_diastolic_mmhg=80).refused(PressureIsNotPossible)


def test_seen_in_person_once_the_patient_stays_seen_in_person() -> None:
    """Prescribing rested on telehealth alone until the visit; a later call by video takes nothing back."""
    visited = given(INTAKE_DONE).when(update_intake, way="in_person", now="2026-04-01 09:00")
    called = visited.when(update_intake, way="remote", now="2026-04-20 09:00")
    assert [one.state.intake.way for one in (given(INTAKE_DONE), visited, called)] == [
        "remote",
        "in_person",
        "in_person",
    ]
