"""Register a patient in the network."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.actor import Actor, Role
from domain.days import day_of
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import AssignedByTheEdge, Order
from domain.patient.birth_date import is_of_age
from domain.patient.patient import Patient, PatientEvent, evolve
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import Sealed, ShortText
from domain.stream import change

NewReference = Annotated[str, Field(pattern=r"^[A-Z]{2,8}-[A-Z0-9]{1,12}$"), AssignedByTheEdge()]
"""Short name of a patient on paper and in lists, such as KAP-0012; the edge hands out the next one."""


class PatientIsRegisteredAlready(Refused):
    """This patient is registered already, as {reference}. Correct their details instead."""


class RegisterPatient(Order):
    reference: NewReference
    name: ShortText
    birth_date: date
    contact: ShortText | None = None


class PatientRegistered(PatientEvent, stored_as="PatientRegistered"):
    """A patient was registered in the network, under a short reference."""

    network_id: UUID
    reference: str
    name: Sealed[str]
    birth_date: Sealed[str]
    adult: bool
    contact: Sealed[str] | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR, Role.SYSTEM)
def register_patient(
    patient: Patient, order: RegisterPatient, *, by: Actor, network: Network, protocol: Protocol, now: datetime
) -> list[Event]:
    """Register a patient; whether they are of age enters as a fact, the birth date is sealed."""
    adult = is_of_age(order.birth_date, day_of(now, network.zone), protocol.numbers.adult_years.value)
    if patient.reference == order.reference:
        return []
    if patient.patient_id is not None:
        raise PatientIsRegisteredAlready(reference=patient.reference)
    return [
        PatientRegistered(
            network_id=by.network_id,
            reference=order.reference,
            name=order.name,
            birth_date=Sealed.of(order.birth_date.isoformat()),
            adult=adult,
            contact=order.contact,
        )
    ]


@evolve.register
def _(event: PatientRegistered, patient: Patient, envelope: Envelope) -> Patient:
    return change(
        patient,
        patient_id=envelope.stream_id,
        network_id=event.network_id,
        reference=event.reference,
        is_adult=event.adult,
        name=event.name,
        birth_date=event.birth_date,
        contact=event.contact,
    )
