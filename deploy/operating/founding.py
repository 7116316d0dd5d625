"""Making a network and its people, for real use and for imports that bring their own."""

from uuid import UUID, uuid4

from deploy.operating.acting import act
from deploy.operating.networks import clinician_by_email, networks
from deploy.wiring import Wiring
from domain.clinician.admit_clinician import AdmitClinician, admit_clinician
from domain.clinician.clinician import CLINICIAN
from domain.network.create_network import CreateNetwork, create_network
from domain.network.network import NETWORK


def found_network(wiring: Wiring, order: CreateNetwork) -> tuple[UUID, bool]:
    """The network of that short name and whether it is new. An existing one with another zone is refused."""
    known = networks(wiring).get(order.slug)
    network_id = known.network_id if known else uuid4()
    act(wiring, network_id, NETWORK, network_id, create_network, order)
    return network_id, known is None


def admit(wiring: Wiring, network_id: UUID, order: AdmitClinician, email: str) -> tuple[UUID, bool]:
    """The person under that address and whether they are new; the roles given are theirs afterwards."""
    known = clinician_by_email(wiring, network_id, email)
    clinician_id = known or uuid4()
    act(wiring, network_id, CLINICIAN, clinician_id, admit_clinician, order)
    return clinician_id, known is None
