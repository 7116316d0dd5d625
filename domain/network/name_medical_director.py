"""Name the medical director: the last in line when nobody acknowledges an urgent alert."""

from uuid import UUID

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.name_on_call import DutyNumber
from domain.network.network import MedicalDirector, Network, NetworkEvent, evolve
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import KeptBack
from domain.stream import change


class DirectorMustBeAPrescriber(Refused):
    """The medical director has to be an active prescriber of this network. Choose one."""


class NameMedicalDirector(Order):
    clinician_id: UUID
    phone: DutyNumber


class MedicalDirectorNamed(NetworkEvent, stored_as="MedicalDirectorNamed"):
    """The medical director was named, who stands behind the rota."""

    clinician_id: UUID
    phone: KeptBack


@decides(Role.PRESCRIBER, Role.COORDINATOR, Role.SYSTEM)
def name_medical_director(network: Network, order: NameMedicalDirector, *, clinicians: Clinicians) -> list[Event]:
    """Name the medical director and the number to call."""
    person = clinicians.get(order.clinician_id)
    if person is None or not person.is_active_as(Role.PRESCRIBER):
        raise DirectorMustBeAPrescriber(field="clinician_id")
    if network.medical_director == MedicalDirector(order.clinician_id, order.phone):
        return []
    return [MedicalDirectorNamed(clinician_id=order.clinician_id, phone=order.phone)]


@evolve.register
def _(event: MedicalDirectorNamed, network: Network, envelope: Envelope) -> Network:
    return change(network, medical_director=MedicalDirector(event.clinician_id, event.phone))
