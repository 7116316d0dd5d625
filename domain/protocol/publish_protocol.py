"""Publish a version of a clinical protocol, for networks to adopt."""

from typing import Any

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.protocol.protocol import hash_of, read
from domain.protocol.publication import ProtocolEvent, Publication, evolve
from domain.refusal import Refused
from domain.stream import change, put


class VersionWasPublishedOtherwise(Refused):
    """Version {version} was published with other content. Publish the changed document as a new version."""


class DocumentIsOfAnotherProtocol(Refused):
    """Here the protocol {protocol_id} is published. Publish a document of another name on its own."""


class PublishProtocol(Order):
    document: dict[str, Any]


class ProtocolPublished(ProtocolEvent, stored_as="ProtocolPublished"):
    protocol_id: str
    protocol_version: str
    document: dict[str, Any]
    sha256: str


@decides(Role.PRESCRIBER, Role.SYSTEM)
def publish_protocol(publication: Publication, order: PublishProtocol) -> list[Event]:
    """Publish a complete document; a version, once published, keeps its content."""
    protocol = read(order.document)
    if publication.protocol_id not in (None, protocol.protocol_id):
        raise DocumentIsOfAnotherProtocol(field="document", protocol_id=publication.protocol_id)
    sha256 = hash_of(order.document)
    match publication.versions.get(protocol.protocol_version):
        case None:
            return [
                ProtocolPublished(
                    protocol_id=protocol.protocol_id,
                    protocol_version=protocol.protocol_version,
                    document=order.document,
                    sha256=sha256,
                )
            ]
        case published if published == sha256:
            return []
        case _:
            raise VersionWasPublishedOtherwise(field="document", version=protocol.protocol_version)


@evolve.register
def _(event: ProtocolPublished, publication: Publication, envelope: Envelope) -> Publication:
    versions = put(publication.versions, event.protocol_version, event.sha256)
    return change(publication, protocol_id=event.protocol_id, versions=versions)
