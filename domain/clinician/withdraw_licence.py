"""Record that a state withdrew a licence before its last day."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from domain.actor import Role
from domain.clinician.clinician import Clinician, ClinicianEvent, evolve
from domain.clinician.refusals import ClinicianIsNotAdmitted
from domain.days import day_of
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.create_network import StateCode
from domain.network.network import Network
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change, put


class WithdrawnBecause(StrEnum):
    LAPSED = "lapsed"
    """Not renewed, or its conditions no longer met."""
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SURRENDERED = "surrendered"


class NoSuchLicence(Refused):
    """No licence as {profession_role} in {state} is on record. Record it first."""

    rule = "18"


class LicenceWithdrawn(ClinicianEvent, stored_as="LicenceWithdrawn"):
    """A licence was withdrawn before its last day."""

    profession_role: Role
    state: str
    because: WithdrawnBecause
    from_on: date
    """The first day on which it may not be used."""


class WithdrawLicence(Order):
    profession_role: Literal[Role.THERAPIST, Role.PRESCRIBER]
    state: StateCode
    because: WithdrawnBecause
    from_on: date | None = None
    """Today, where left out."""


@decides(Role.SYSTEM, Role.COORDINATOR, Role.COMPLIANCE)
def withdraw_licence(clinician: Clinician, order: WithdrawLicence, *, network: Network, now: datetime) -> list[Event]:
    """Record a withdrawal; plans and sessions that rest on the licence are looked at again by a policy."""
    if clinician.clinician_id is None:
        raise ClinicianIsNotAdmitted
    licence = clinician.licence_in(order.state, order.profession_role)
    if licence is None:
        raise NoSuchLicence(field="state", profession_role=order.profession_role, state=order.state)
    from_on = order.from_on or day_of(now, network.zone)
    if licence.withdrawn_on is not None and licence.withdrawn_on <= from_on:
        return []
    return [
        LicenceWithdrawn(
            profession_role=order.profession_role, state=order.state, because=order.because, from_on=from_on
        )
    ]


@evolve.register
def _(event: LicenceWithdrawn, clinician: Clinician, envelope: Envelope) -> Clinician:
    licence = clinician.licence_in(event.state, event.profession_role)
    if licence is None:
        return clinician
    key = (event.profession_role, event.state)
    return change(clinician, licences=put(clinician.licences, key, change(licence, withdrawn_on=event.from_on)))
