"""Draft a version of a clinical protocol, or change the draft; mistakes may stand in it until it is reviewed."""

import re
from typing import Any
from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.protocol.protocol import hash_of
from domain.protocol.publication import Draft, ProtocolEvent, Publication, evolve
from domain.protocol.which_version import require_own
from domain.protocol.written import LONGEST_CHARACTERS, written_out
from domain.refusal import Refused
from domain.stream import change, put

PROTOCOL_ID = re.compile(r"[a-z][a-z0-9-]{1,40}")
PROTOCOL_VERSION = re.compile(r"[0-9]{1,6}")


class DraftHasNoName(Refused):
    """The document does not say what it is: give protocol_id, such as kap-core, and protocol_version, such as 3."""


class VersionIsPublished(Refused):
    """Version {version} is published and stays as it is. Give the changed document a new version."""


class DraftIsTooLong(Refused):
    """Written out the document has {size:,} characters; no protocol is longer than {longest:,}. Draft a shorter one."""


class DraftProtocol(Order):
    document: dict[str, Any]


class ProtocolDrafted(ProtocolEvent, stored_as="ProtocolDrafted"):
    """A version of a protocol was drafted."""

    protocol_id: str
    protocol_version: str
    document: dict[str, Any]
    sha256: str
    author_id: UUID


@decides(Role.PRESCRIBER, Role.THERAPIST, Role.COORDINATOR)
def draft_protocol(publication: Publication, order: DraftProtocol, *, by: Actor) -> list[Event]:
    """Put down a draft. Whoever changes it becomes an author too, and no longer its reviewer."""
    protocol_id, version = name_in(order.document)
    require_own(publication, protocol_id)
    if (size := len(written_out(order.document))) > LONGEST_CHARACTERS:
        raise DraftIsTooLong(field="document", size=size, longest=LONGEST_CHARACTERS)
    if version in publication.versions:
        raise VersionIsPublished(field="document", version=version)
    sha256, draft = hash_of(order.document), publication.drafts.get(version)
    if draft is not None and draft.sha256 == sha256:
        return []
    drafted = ProtocolDrafted(
        protocol_id=protocol_id,
        protocol_version=version,
        document=order.document,
        sha256=sha256,
        author_id=by.actor_id,
    )
    return [drafted]


def name_in(document: dict[str, Any]) -> tuple[str, str]:
    """Id and version, which even a draft has."""
    protocol_id, version = document.get("protocol_id"), document.get("protocol_version")
    if not isinstance(protocol_id, str) or not isinstance(version, str):
        raise DraftHasNoName(field="document")
    if not PROTOCOL_ID.fullmatch(protocol_id) or not PROTOCOL_VERSION.fullmatch(version):
        raise DraftHasNoName(field="document")
    return protocol_id, version


@evolve.register
def _(event: ProtocolDrafted, publication: Publication, envelope: Envelope) -> Publication:
    before = publication.drafts.get(event.protocol_version)
    draft = Draft(
        document=event.document,
        sha256=event.sha256,
        authors=(before.authors if before else frozenset()) | {event.author_id},
        drafted_at=envelope.recorded_at,
        reviews=before.reviews if before else (),
    )
    drafts = put(publication.drafts, event.protocol_version, draft)
    return change(publication, protocol_id=event.protocol_id, drafts=drafts)
