"""Signing a note or a session record: from then on it is locked, and only addenda follow."""

from datetime import datetime
from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import decides
from domain.episode.document.document import Document, DocumentKind, Meaning, Subject
from domain.episode.document.which_document import require_signed_in_person, require_theirs_to_write, subject_of
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.safety.signed_now import require_signed_now
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class DocumentIsLocked(Refused):
    """This document is signed and locked. Write what is to be added as an addendum; what is wrong, mark in error."""


class DocumentSigned(EpisodeEvent, stored_as="DocumentSigned"):
    """A note was signed and locked.

    Signed by the actor of this event, at its time; the text stands in the same event, so they cannot part.
    """

    document_id: UUID
    kind: DocumentKind
    text: Sealed[str]
    meaning: Meaning = Meaning.WROTE
    session_id: UUID | None = None
    visit_id: UUID | None = None
    """The entry of the intake or follow-up it is about."""


class SignDocument(Order):
    """What a session recorded as numbers and times stays there; the text does not repeat it."""

    document_id: NewId
    kind: DocumentKind
    text: FreeText
    session_id: UUID | None = None
    visit_id: UUID | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER)
def sign_document(
    episode: Episode, order: SignDocument, *, by: Actor, protocol: Protocol, now: datetime
) -> list[Event]:
    """Sign a note or a session record: "I wrote this".

    Another text under the same id is refused rather than passed over in silence: sealed texts cannot be compared, and
    the same command again is known by its key.
    """
    subject = subject_of(episode, order.kind, order.session_id, order.visit_id)
    if order.document_id in episode.documents:
        raise DocumentIsLocked(field="document_id")
    require_theirs_to_write(order.kind, by)
    require_signed_in_person(by)
    require_signed_now(order, now, protocol)
    return [
        DocumentSigned(
            document_id=order.document_id,
            kind=order.kind,
            text=order.text,
            session_id=subject.session_id,
            visit_id=subject.visit_id,
        )
    ]


@evolve.register
def _(event: DocumentSigned, episode: Episode, envelope: Envelope) -> Episode:
    signed = Document(
        entry_id=envelope.event_id,
        document_id=event.document_id,
        kind=event.kind,
        subject=Subject(event.session_id, event.visit_id),
        signed_by=envelope.actor_id,
        signed_at=envelope.occurred_at,
    )
    return change(episode, documents=put(episode.documents, event.document_id, signed))
