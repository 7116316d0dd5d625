"""Asking another role for a document that is missing: on their list until it is signed."""

from datetime import date, datetime
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.document.asking import AskSomebody, require_may_be_asked
from domain.episode.document.document import DocumentKind, DocumentRequest, Subject
from domain.episode.document.missing import is_signed, waiting_requests
from domain.episode.document.which_document import require_theirs_to_write, subject_of
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import NewId
from domain.refusal import Refused
from domain.stream import change, put


class DocumentIsSignedAlready(Refused):
    """This document is there and signed. Read it in the timeline."""


class AskedForAlready(Refused):
    """This document was asked for already, due {on}. It is on the other's list."""


class DocumentRequested(EpisodeEvent, stored_as="DocumentRequested"):
    """A document that is missing was asked for."""

    request_id: UUID
    kind: DocumentKind
    role: Role
    due_on: date
    clinician_id: UUID | None = None
    session_id: UUID | None = None
    visit_id: UUID | None = None


class AskForDocument(AskSomebody):
    request_id: NewId
    kind: DocumentKind
    session_id: UUID | None = None
    visit_id: UUID | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def ask_for_document(episode: Episode, order: AskForDocument, *, network: Network, now: datetime) -> list[Event]:
    """Ask for a document that is missing; signing it is the answer."""
    if order.request_id in episode.document_requests:
        return []
    subject = subject_of(episode, order.kind, order.session_id, order.visit_id)
    require_theirs_to_write(order.kind, order.role)
    if subject != Subject() and is_signed(episode, order.kind, subject):
        raise DocumentIsSignedAlready(field="kind")
    for known in waiting_requests(episode):
        if (known.kind, known.subject) == (order.kind, subject):
            raise AskedForAlready(field="kind", on=known.due_on)
    require_may_be_asked(episode, order, now, network)
    return [
        DocumentRequested(
            request_id=order.request_id,
            kind=order.kind,
            role=order.role,
            due_on=order.due_on,
            clinician_id=order.clinician_id,
            session_id=subject.session_id,
            visit_id=subject.visit_id,
        )
    ]


@evolve.register
def _(event: DocumentRequested, episode: Episode, envelope: Envelope) -> Episode:
    asked = DocumentRequest(
        entry_id=envelope.event_id,
        request_id=event.request_id,
        kind=event.kind,
        subject=Subject(event.session_id, event.visit_id),
        role=event.role,
        clinician_id=event.clinician_id,
        asked_by=envelope.actor_id,
        asked_at=envelope.occurred_at,
        due_on=event.due_on,
    )
    return change(episode, document_requests=put(episode.document_requests, event.request_id, asked))
