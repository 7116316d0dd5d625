"""Correct a patient's name, birth date or contact."""

from datetime import date, datetime

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.patient.birth_date import is_of_age
from domain.patient.patient import Patient, PatientEvent, evolve
from domain.patient.refusals import must_be_registered
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import Sealed, ShortText
from domain.stream import change


class NothingToCorrect(Refused):
    """Nothing was written to correct. Give a name, a birth date or a contact."""


class CorrectPatientDetails(Order):
    name: ShortText | None = None
    birth_date: date | None = None
    contact: ShortText | None = None


class PatientDetailsCorrected(PatientEvent, stored_as="PatientDetailsCorrected"):
    """Who the patient is was corrected: name, birth date, contact, or whether they are of age."""

    name: Sealed[str] | None = None
    birth_date: Sealed[str] | None = None
    adult: bool | None = None
    """Whether the corrected birth date makes them of age; None where it was not corrected."""
    contact: Sealed[str] | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR, Role.SYSTEM)
def correct_patient_details(
    patient: Patient, order: CorrectPatientDetails, *, network: Network, protocol: Protocol, now: datetime
) -> list[Event]:
    """Replace what was written wrong. Sealed values cannot be compared, so a repetition with a new key records anew."""
    must_be_registered(patient)
    if order.name is None and order.birth_date is None and order.contact is None:
        raise NothingToCorrect(field="name")
    born, years = order.birth_date, protocol.numbers.adult_years.value
    return [
        PatientDetailsCorrected(
            name=order.name,
            birth_date=None if born is None else Sealed.of(born.isoformat()),
            adult=None if born is None else is_of_age(born, day_of(now, network.zone), years),
            contact=order.contact,
        )
    ]


@evolve.register
def _(event: PatientDetailsCorrected, patient: Patient, envelope: Envelope) -> Patient:
    return change(
        patient,
        name=event.name or patient.name,
        birth_date=event.birth_date or patient.birth_date,
        is_adult=patient.is_adult if event.adult is None else event.adult,
        contact=event.contact or patient.contact,
    )
