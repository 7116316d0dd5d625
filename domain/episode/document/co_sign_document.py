"""Co-signing a document: "I reviewed this", with every addendum that was there to be read."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from domain.actor import Actor, Role
from domain.decision import decides
from domain.episode.document.ask_co_signature import NobodyCoSignsTheirOwn
from domain.episode.document.document import CoSignature, Document, Meaning
from domain.episode.document.which_document import document_of, require_signed_in_person
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.safety.signed_now import require_signed_now
from domain.event import Envelope, Event
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.stream import change, put


class AnAddendumCameMeanwhile(Refused):
    """An addendum was signed while this was open. Read it, then sign."""


class DocumentCoSigned(EpisodeEvent, stored_as="DocumentCoSigned"):
    """A document was signed by a second person.

    `seen` are the entries that were signed for: the document, and the addenda there were.
    """

    document_id: UUID
    role: Role
    seen: tuple[UUID, ...]
    meaning: Meaning = Meaning.REVIEWED


class CoSignDocument(Order):
    document_id: UUID
    addenda: int = Field(default=0, ge=0, le=1000)
    """How many addenda were there when it was read."""


@decides(Role.THERAPIST, Role.PRESCRIBER)
def co_sign_document(
    episode: Episode, order: CoSignDocument, *, by: Actor, protocol: Protocol, now: datetime
) -> list[Event]:
    """Co-sign a colleague's document, asked or unasked."""
    document = document_of(episode, order.document_id)
    if document.signed_by == by.actor_id:
        raise NobodyCoSignsTheirOwn(field="document_id")
    if document.is_co_signed_by(by.actor_id):
        return []
    if order.addenda != len(document.addenda):
        raise AnAddendumCameMeanwhile
    require_signed_in_person(by)
    require_signed_now(order, now, protocol)
    seen = (document.entry_id, *(added.entry_id for added in document.addenda))
    return [DocumentCoSigned(document_id=order.document_id, role=_signs_as(document, by), seen=seen)]


def _signs_as(document: Document, by: Actor) -> Role:
    """The role that was asked for, where the person has it; one person may hold both."""
    asked = [request.role for request in document.waiting if request.clinician_id in (None, by.actor_id)]
    own = [role for role in (Role.PRESCRIBER, Role.THERAPIST) if by.has(role)]
    return next((role for role in asked if role in own), own[0])


@evolve.register
def _(event: DocumentCoSigned, episode: Episode, envelope: Envelope) -> Episode:
    if (document := episode.documents.get(event.document_id)) is None:
        return episode
    signed = CoSignature(
        envelope.event_id, envelope.actor_id, event.role, envelope.occurred_at, max(0, len(event.seen) - 1)
    )
    co_signed = change(document, co_signatures=(*document.co_signatures, signed))
    return change(episode, documents=put(episode.documents, event.document_id, co_signed))
