"""Admit a person to the network in one or more roles."""

from uuid import UUID

from pydantic import Field

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinician, ClinicianEvent, evolve
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import Sealed, ShortText
from domain.stream import change


class ClinicianBelongsToAnotherNetwork(Refused):
    """This person belongs to another network. Admit them here as a new person."""


class RoleCannotBeGiven(Refused):
    """The roles system and patient belong to the software. Choose therapist, prescriber, coordinator or compliance."""


class AdmitClinician(Order):
    email: ShortText
    display_name: ShortText
    roles: tuple[Role, ...] = Field(min_length=1)


class ClinicianAdmitted(ClinicianEvent, stored_as="ClinicianAdmitted"):
    """Somebody was admitted to the network, in these roles."""

    network_id: UUID
    email: Sealed[str]
    display_name: Sealed[str]
    roles: tuple[Role, ...]


@decides(Role.SYSTEM, Role.COORDINATOR)
def admit_clinician(clinician: Clinician, order: AdmitClinician, *, by: Actor) -> list[Event]:
    """Admit a person, or change the roles of one who is admitted."""
    if {Role.SYSTEM, Role.PATIENT} & set(order.roles):
        raise RoleCannotBeGiven(field="roles")
    if clinician.network_id not in (None, by.network_id):
        raise ClinicianBelongsToAnotherNetwork
    if clinician.roles == frozenset(order.roles):
        return []
    return [
        ClinicianAdmitted(
            network_id=by.network_id,
            email=order.email,
            display_name=order.display_name,
            roles=tuple(sorted(set(order.roles))),
        )
    ]


@evolve.register
def _(event: ClinicianAdmitted, clinician: Clinician, envelope: Envelope) -> Clinician:
    return change(clinician, clinician_id=envelope.stream_id, network_id=event.network_id, roles=frozenset(event.roles))
