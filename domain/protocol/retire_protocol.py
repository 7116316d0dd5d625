"""Retire a published version: nobody adopts it any more. Plans that were issued under it keep it."""

from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.publication import ProtocolEvent, Publication, evolve
from domain.protocol.which_version import VersionName, published_of
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class VersionIsInForce(Refused):
    """Version {version} is in force here. Adopt another version first, then retire this one."""


class RetireProtocol(Order):
    protocol_version: VersionName
    reason: FreeText


class ProtocolRetired(ProtocolEvent, stored_as="ProtocolRetired"):
    """A version of a protocol was retired: nobody adopts it any more."""

    protocol_version: str
    signed_by: UUID
    reason: Sealed[str]


@decides(Role.PRESCRIBER)
def retire_protocol(publication: Publication, order: RetireProtocol, *, network: Network, by: Actor) -> list[Event]:
    """Retire a version that is not in force."""
    published = published_of(publication, order.protocol_version)
    if published.retired_at is not None:
        return []
    current = network.current
    if current is not None and (current.protocol_id, current.sha256) == (publication.protocol_id, published.sha256):
        raise VersionIsInForce(field="protocol_version", version=order.protocol_version)
    return [
        ProtocolRetired(protocol_version=order.protocol_version, signed_by=by.actor_id, reason=order.reason),
    ]


@evolve.register
def _(event: ProtocolRetired, publication: Publication, envelope: Envelope) -> Publication:
    published = publication.versions.get(event.protocol_version)
    if published is None:
        return publication
    retired = change(published, retired_at=envelope.recorded_at, retirement=event.reason)
    return change(publication, versions=put(publication.versions, event.protocol_version, retired))
