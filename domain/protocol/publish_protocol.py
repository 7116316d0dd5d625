"""Publish a version of a clinical protocol, for networks to adopt. Once published it keeps its content for good."""

from typing import Any
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.protocol.protocol import hash_of, read
from domain.protocol.publication import ProtocolEvent, Publication, Published, evolve
from domain.protocol.which_version import Sha256, VersionName, draft_of, require_no_mistakes, require_own
from domain.refusal import Refused
from domain.stream import change, drop, put


class VersionWasPublishedOtherwise(Refused):
    """Version {version} was published with other content. Publish the changed document as a new version."""


class DraftIsNotReviewed(Refused):
    """Version {version} is not approved by a second person as it stands now. Ask a prescriber who wrote none of it."""


class PublishProtocol(Order):
    protocol_version: VersionName
    sha256: Sha256 | None = None
    """The content that was on the page."""


class PublishDocument(Order):
    document: dict[str, Any]


class ProtocolPublished(ProtocolEvent, stored_as="ProtocolPublished"):
    """A version of a protocol was published, for good."""

    protocol_id: str
    protocol_version: str
    document: dict[str, Any]
    sha256: str
    author_ids: tuple[UUID, ...] = ()
    reviewer_id: UUID | None = None


@decides(Role.PRESCRIBER)
def publish_protocol(publication: Publication, order: PublishProtocol) -> list[Event]:
    """Publish a draft that a second person has approved as it stands."""
    if order.protocol_version in publication.versions:
        return []
    draft = draft_of(publication, order.protocol_version, order.sha256)
    if draft.review is None or not draft.is_approved:
        raise DraftIsNotReviewed(field="protocol_version", version=order.protocol_version)
    require_no_mistakes(draft.document)
    published = ProtocolPublished(
        protocol_id=publication.protocol_id or "",
        protocol_version=order.protocol_version,
        document=dict(draft.document),
        sha256=draft.sha256,
        author_ids=tuple(sorted(draft.authors)),
        reviewer_id=draft.review.reviewer_id,
    )
    return [published]


@decides(Role.SYSTEM)
def publish_document(publication: Publication, order: PublishDocument) -> list[Event]:
    """Publish a document as the operator of the machine, such as one that comes reviewed from elsewhere."""
    protocol = read(order.document)
    require_own(publication, protocol.protocol_id)
    require_no_mistakes(order.document)
    sha256, known = hash_of(order.document), publication.versions.get(protocol.protocol_version)
    if known is not None and known.sha256 != sha256:
        raise VersionWasPublishedOtherwise(field="document", version=protocol.protocol_version)
    if known is not None:
        return []
    published = ProtocolPublished(
        protocol_id=protocol.protocol_id,
        protocol_version=protocol.protocol_version,
        document=order.document,
        sha256=sha256,
    )
    return [published]


@evolve.register
def _(event: ProtocolPublished, publication: Publication, envelope: Envelope) -> Publication:
    version = Published(
        document=event.document,
        sha256=event.sha256,
        published_at=envelope.recorded_at,
        authors=frozenset(event.author_ids),
        reviewer_id=event.reviewer_id,
    )
    return change(
        publication,
        protocol_id=event.protocol_id,
        drafts=drop(publication.drafts, event.protocol_version),
        versions=put(publication.versions, event.protocol_version, version),
    )
