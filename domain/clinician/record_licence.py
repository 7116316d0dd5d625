"""Record a licence of a clinician in a state."""

from datetime import date
from typing import Literal

from domain.actor import Role
from domain.clinician.clinician import Clinician, ClinicianEvent, Licence, evolve
from domain.clinician.refusals import ClinicianIsNotAdmitted
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.create_network import StateCode
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import Sealed, ShortText
from domain.stream import change, put


class LicenceIsForAnotherProfession(Refused):
    """This person was not admitted as a {profession_role}. Admit them in that role first."""


class RecordLicence(Order):
    profession_role: Literal[Role.THERAPIST, Role.PRESCRIBER]
    state: StateCode
    licence_number: ShortText
    expires_on: date


class LicenceRecorded(ClinicianEvent, stored_as="LicenceRecorded"):
    """A clinician's licence was recorded: for which profession, in which state, until which day."""

    profession_role: Role
    state: str
    licence_number: Sealed[str]
    expires_on: date


@decides(Role.SYSTEM, Role.COORDINATOR)
def record_licence(clinician: Clinician, order: RecordLicence) -> list[Event]:
    """Record a licence or its renewal; the newest record for a profession and state counts."""
    if clinician.clinician_id is None:
        raise ClinicianIsNotAdmitted
    if order.profession_role not in clinician.roles:
        raise LicenceIsForAnotherProfession(field="profession_role", profession_role=order.profession_role)
    licence = Licence(order.profession_role, order.state, order.expires_on)
    if clinician.licence_in(order.state, order.profession_role) == licence:
        return []
    return [
        LicenceRecorded(
            profession_role=order.profession_role,
            state=order.state,
            licence_number=order.licence_number,
            expires_on=order.expires_on,
        )
    ]


@evolve.register
def _(event: LicenceRecorded, clinician: Clinician, envelope: Envelope) -> Clinician:
    licence = Licence(event.profession_role, event.state, event.expires_on)
    return change(clinician, licences=put(clinician.licences, (event.profession_role, event.state), licence))
