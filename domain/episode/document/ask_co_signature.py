"""Asking a colleague, or a role, to co-sign a document."""

from datetime import date, datetime
from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import decides
from domain.episode.document.asking import AskSomebody, require_may_be_asked
from domain.episode.document.document import CoSignatureRequest
from domain.episode.document.which_document import document_of
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import NewId
from domain.refusal import Refused
from domain.stream import change, put


class NobodyCoSignsTheirOwn(Refused):
    """A document is co-signed by somebody other than its author. Name a colleague."""


class CoSignatureRequested(EpisodeEvent, stored_as="CoSignatureRequested"):
    """A second signature was asked for under a document."""

    request_id: UUID
    document_id: UUID
    role: Role
    due_on: date
    clinician_id: UUID | None = None


class AskCoSignature(AskSomebody):
    request_id: NewId
    document_id: UUID


@decides(Role.THERAPIST, Role.PRESCRIBER)
def ask_co_signature(
    episode: Episode, order: AskCoSignature, *, by: Actor, network: Network, now: datetime
) -> list[Event]:
    """Ask for a co-signature; it is on the other's list until they have signed."""
    document = document_of(episode, order.document_id)
    if any(known.request_id == order.request_id for known in document.co_signature_requests):
        return []
    if order.clinician_id is not None and order.clinician_id == document.signed_by:
        raise NobodyCoSignsTheirOwn(field="clinician_id")
    if any((known.role, known.clinician_id) == (order.role, order.clinician_id) for known in document.waiting):
        return []
    require_may_be_asked(episode, order, now, network)
    return [
        CoSignatureRequested(
            request_id=order.request_id,
            document_id=order.document_id,
            role=order.role,
            due_on=order.due_on,
            clinician_id=order.clinician_id,
        )
    ]


@evolve.register
def _(event: CoSignatureRequested, episode: Episode, envelope: Envelope) -> Episode:
    if (document := episode.documents.get(event.document_id)) is None:
        return episode
    asked = CoSignatureRequest(
        entry_id=envelope.event_id,
        request_id=event.request_id,
        role=event.role,
        clinician_id=event.clinician_id,
        asked_by=envelope.actor_id,
        asked_at=envelope.occurred_at,
        due_on=event.due_on,
        addenda=len(document.addenda),
    )
    waiting = change(document, co_signature_requests=(*document.co_signature_requests, asked))
    return change(episode, documents=put(episode.documents, event.document_id, waiting))
