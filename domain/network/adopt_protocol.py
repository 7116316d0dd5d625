"""Adopt a clinical protocol: the whole document and its hash."""

from typing import Any

from domain.actor import Actor, Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Adoption, Network, NetworkEvent, evolve
from domain.order import Order
from domain.protocol.protocol import hash_of, read
from domain.protocol.publication import Publication
from domain.protocol.shipped import shipped_hashes
from domain.refusal import Refused, SignInAgain
from domain.stream import change, put


class ProtocolVersionHasOtherContent(Refused):
    """Version {protocol_version} of {protocol_id} was adopted with other content. Give this one a new version."""


class ProtocolIsNotPublished(Refused):
    """Version {protocol_version} of {protocol_id} is not published here. Have it reviewed and publish it first."""


class ProtocolIsRetired(Refused):
    """Version {protocol_version} of {protocol_id} was retired. Adopt a newer version."""


class IsAVersionOfTheOneInForce(Refused):
    """This is a version of the protocol in force. Adopt it in its place, not beside it."""


class SignInAgainToAdopt(SignInAgain):
    """An adoption is signed in person. Confirm who you are, then sign it again."""


class AdoptProtocol(Order):
    document: dict[str, Any]
    beside: bool = False
    """Plans may be issued under it; the one in force stays the network's own."""


class ProtocolAdopted(NetworkEvent, stored_as="ProtocolAdopted"):
    """The network adopted a version of a protocol, the whole document with its hash; `beside`: without putting it in
    force for everybody."""

    protocol_id: str
    protocol_version: str
    sha256: str
    document: dict[str, Any]
    beside: bool = False


@decides(Role.PRESCRIBER, Role.SYSTEM)
def adopt_protocol(network: Network, order: AdoptProtocol, *, publication: Publication, by: Actor) -> list[Event]:
    """Put a protocol document in force for the network. Plans issued before keep the version they were issued under.

    People adopt what is published here or shipped; the operator answers for what comes from elsewhere.
    """
    protocol = read(order.document)
    sha256 = hash_of(order.document)
    key = {"protocol_id": protocol.protocol_id, "protocol_version": protocol.protocol_version}
    published = publication.versions.get(protocol.protocol_version)
    if published is not None and published.retired_at is not None:
        raise ProtocolIsRetired(field="document", **key)
    if not by.has(Role.SYSTEM):
        is_published = published is not None and published.sha256 == sha256
        if not is_published and sha256 not in shipped_hashes():
            raise ProtocolIsNotPublished(field="document", **key)
        if not by.reauthenticated:
            raise SignInAgainToAdopt
    earlier = network.adoptions.get((protocol.protocol_id, protocol.protocol_version))
    if earlier is not None and earlier.sha256 != sha256:
        raise ProtocolVersionHasOtherContent(field="document", **key)
    if earlier is not None and (earlier is network.current or order.beside):
        return []
    if order.beside and network.current is not None and network.current.protocol_id == protocol.protocol_id:
        raise IsAVersionOfTheOneInForce(field="beside")
    return [
        ProtocolAdopted(
            protocol_id=protocol.protocol_id,
            protocol_version=protocol.protocol_version,
            sha256=sha256,
            document=order.document,
            beside=order.beside and network.current is not None,
        )
    ]


@evolve.register
def _(event: ProtocolAdopted, network: Network, envelope: Envelope) -> Network:
    adoption = Adoption(
        event.protocol_id, event.protocol_version, event.sha256, event.document, adopted_at=envelope.recorded_at
    )
    key = (event.protocol_id, event.protocol_version)
    adopted = change(network, adoptions=put(network.adoptions, key, adoption))
    if event.beside:
        return adopted
    return change(adopted, current=adoption, put_in_force=(*network.put_in_force, adoption))
