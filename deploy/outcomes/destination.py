"""Where imported outcomes go: a network and the therapist who will see the episodes, made where that is wanted."""

from typing import NamedTuple
from uuid import UUID

from deploy.operating.acting import act
from deploy.operating.founding import admit, found_network
from deploy.operating.networks import clinician_by_email, networks, the_clinician, the_network
from deploy.wiring import Wiring
from domain.actor import Role
from domain.clinician.admit_clinician import AdmitClinician
from domain.network.adopt_protocol import AdoptProtocol, adopt_protocol
from domain.network.create_network import CreateNetwork
from domain.network.network import NETWORK
from domain.protocol.shipped import CURRENT, document
from domain.sealed import Sealed

CRISIS_TEXT = "In an emergency call the local emergency number. This network holds imported history only."


class Destination(NamedTuple):
    """`zone` is the network's: a file names days, and days begin somewhere."""

    network_id: UUID
    slug: str
    zone: str
    therapist_id: UUID


def zone_of(wiring: Wiring, slug: str) -> str | None:
    """The zone of a network, None if there is none of that short name."""
    known = networks(wiring).get(slug)
    if known is None:
        return None
    return str(wiring.care.state(NETWORK, known.network_id, network_id=known.network_id)[0].zone)


def existing(wiring: Wiring, slug: str, email: str) -> Destination:
    """A network and a therapist who are there; CannotGoOn says which of them is not."""
    network = the_network(wiring, slug)
    therapist_id = the_clinician(wiring, network, email)
    return Destination(network.network_id, slug, zone_of(wiring, slug) or "UTC", therapist_id)


def created(wiring: Wiring, slug: str, email: str, zone: str) -> Destination:
    """The same, with whatever is missing made: the network, its protocol, and the therapist under that address."""
    if slug not in networks(wiring):
        founded_with_protocol(wiring, slug=slug, title=slug, zone=zone)
    network = the_network(wiring, slug)
    if clinician_by_email(wiring, network.network_id, email) is None:
        order = AdmitClinician(email=Sealed.of(email), display_name=Sealed.of(email), roles=(Role.THERAPIST,))
        admit(wiring, network.network_id, order, email)
    return existing(wiring, slug, email)


def founded_with_protocol(wiring: Wiring, *, slug: str, title: str, zone: str) -> UUID:
    """A network for imported history, with the shipped protocol: pages of a network ask its protocol."""
    order = CreateNetwork(slug=slug, title=title, zone=zone, crisis_text=CRISIS_TEXT)
    network_id, _ = found_network(wiring, order)
    act(wiring, network_id, NETWORK, network_id, adopt_protocol, AdoptProtocol(document=document(*CURRENT)))
    return network_id
