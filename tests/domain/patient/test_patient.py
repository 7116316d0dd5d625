"""Registering a patient and correcting their details."""

from datetime import date
from typing import Any

import pytest

from domain.patient.birth_date import BirthDateIsNotPlausible
from domain.patient.correct_patient_details import (
    NothingToCorrect,
    PatientDetailsCorrected,
    correct_patient_details,
)
from domain.patient.refusals import PatientIsNotRegistered
from domain.patient.register_patient import PatientIsRegisteredAlready, PatientRegistered, register_patient
from tests.domain.given import Scenario, given
from tests.domain.people import NETWORK_ID, sealed

ADA: dict[str, Any] = {"reference": "KAP-0012", "name": "Ada Example", "birth_date": date(1984, 3, 11)}


def registering(now: str = "2026-02-26 09:00", **changed: Any) -> Scenario:
    return given(stream="patient").when(register_patient, now=now, **(ADA | changed))


def test_a_patient_is_registered_with_sealed_details() -> None:
    registered = registering()
    registered.then(
        PatientRegistered(
            network_id=NETWORK_ID, reference="KAP-0012", name=sealed("n"), birth_date=sealed("b"), adult=True
        )
    )
    assert "Ada" not in repr(registered.events)
    assert "1984" not in repr(registered.events)
    registered.when(register_patient, **ADA).then()


def test_a_registered_patient_keeps_the_reference() -> None:
    registering().when(register_patient, **(ADA | {"reference": "KAP-0013"})).refused(PatientIsRegisteredAlready)


@pytest.mark.parametrize(("born", "adult"), [(date(2008, 2, 26), True), (date(2008, 2, 27), False)])
def test_of_age_on_the_eighteenth_birthday(born: date, adult: bool) -> None:
    assert registering(birth_date=born).state.is_adult is adult


def test_a_birthday_on_29_february_is_reached_on_1_march() -> None:
    assert registering("2026-02-28 12:00", birth_date=date(2008, 2, 29)).state.is_adult is False
    assert registering("2026-03-01 12:00", birth_date=date(2008, 2, 29)).state.is_adult is True


@pytest.mark.parametrize("born", [date(2026, 2, 27), date(1905, 2, 25)])
def test_a_birth_date_that_cannot_be_is_refused(born: date) -> None:
    registering(birth_date=born).refused(BirthDateIsNotPlausible, field="birth_date")


def test_somebody_born_today_is_a_minor() -> None:
    assert registering(birth_date=date(2026, 2, 26)).state.is_adult is False
    assert registering(birth_date=date(1905, 2, 27)).state.is_adult is True


def test_details_are_corrected_one_by_one() -> None:
    corrected = registering().when(correct_patient_details, birth_date=date(2009, 3, 11))
    corrected.then(PatientDetailsCorrected(birth_date=sealed("b"), adult=False))
    assert corrected.state.is_adult is False
    renamed = corrected.when(correct_patient_details, name="Ada E. Example")
    renamed.then(PatientDetailsCorrected(name=sealed("n")))
    assert renamed.state.is_adult is False


def test_a_contact_is_replaced_only_by_another() -> None:
    before = registering(contact="+1 212 555 0101")
    after = before.when(correct_patient_details, contact="+1 212 555 0102")
    assert after.state.contact is not None
    assert after.state.contact is not before.state.contact
    renamed = before.when(correct_patient_details, name="Ada").state
    assert (renamed.contact, renamed.birth_date) == (before.state.contact, before.state.birth_date)
    assert renamed.contact is before.state.contact
    assert renamed.name is not before.state.name
    assert after.state.name is before.state.name


def test_only_what_is_written_of_somebody_registered_is_corrected() -> None:
    registering().when(correct_patient_details).refused(NothingToCorrect)
    given(stream="patient").when(correct_patient_details, name="x").refused(PatientIsNotRegistered)
    registering().when(correct_patient_details, birth_date=date(2027, 1, 1)).refused(BirthDateIsNotPlausible)
