"""Finding a subscriber, a position and a person of compliance for the command line."""

from uuid import UUID

from deploy.failures import CannotGoOn
from deploy.operating.networks import Listed, networks, the_clinician
from deploy.wiring import Wiring
from domain.actor import Actor, Role
from domain.clinician.clinician import CLINICIAN
from store.feed import log_id_of, start_of
from store.subscribers import Subscriber, subscriber


def the_subscriber(wiring: Wiring, subscriber_id: UUID) -> Subscriber:
    """The subscriber of that id in any network; CannotGoOn if there is none, or it has ended."""
    with wiring.every_network.get_connection() as connection:
        found = subscriber(connection, subscriber_id)
    if found is None:
        raise CannotGoOn("There is no such subscriber; `throughline subscriber list` shows those there are.")
    return found


def network_of(wiring: Wiring, found: Subscriber) -> Listed:
    """The network it belongs to."""
    return next(one for one in networks(wiring).values() if one.network_id == found.network_id)


def position_in(wiring: Wiring, text: str) -> int:
    """A position, given as one or as a cursor of this log."""
    if text.isdecimal():
        return int(text)
    with wiring.every_network.get_connection() as connection:
        return start_of(text, log_id_of(connection))


def compliance_by_email(wiring: Wiring, network: Listed, email: str) -> Actor:
    """The person of compliance under this address, in that role; CannotGoOn if they have another."""
    clinician_id = the_clinician(wiring, network, email)
    state, _ = wiring.care.state(CLINICIAN, clinician_id, network_id=network.network_id)
    if not state.is_active_as(Role.COMPLIANCE):
        raise CannotGoOn("Only compliance grants disclosures, and this person is not active in that role.")
    return Actor(clinician_id, network.network_id, frozenset({Role.COMPLIANCE}))
