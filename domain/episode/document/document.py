"""Signed documents of an episode: notes and session records, with their addenda and signatures."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from domain.actor import Role

Clinical = Literal[Role.THERAPIST, Role.PRESCRIBER]
"""Who writes, reads and signs clinical documents."""


class DocumentKind(StrEnum):
    VISIT_NOTE = "visit_note"
    """Of the prescriber; the therapist reads it."""
    PROGRESS_NOTE = "progress_note"
    """Of the therapist; the prescriber reads it."""
    SESSION_RECORD = "session_record"
    """The words beside what a session recorded as numbers and times."""


class Meaning(StrEnum):
    """What a signature says (21 CFR 11.50)."""

    WROTE = "wrote"
    REVIEWED = "reviewed"


WRITTEN_BY: dict[DocumentKind, frozenset[Role]] = {
    DocumentKind.VISIT_NOTE: frozenset({Role.PRESCRIBER}),
    DocumentKind.PROGRESS_NOTE: frozenset({Role.THERAPIST}),
    DocumentKind.SESSION_RECORD: frozenset({Role.THERAPIST, Role.PRESCRIBER}),
}


@dataclass(frozen=True)
class Subject:
    """What a document is about: a session, or the visit that an intake or a follow-up recorded; or the course."""

    session_id: UUID | None = None
    visit_id: UUID | None = None
    """The entry of the intake or the follow-up."""


@dataclass(frozen=True)
class Addendum:
    entry_id: UUID
    addendum_id: UUID
    signed_by: UUID
    signed_at: datetime


@dataclass(frozen=True)
class CoSignature:
    """`addenda`: how many there were when it was signed; later ones are not covered."""

    entry_id: UUID
    signed_by: UUID
    role: Role
    signed_at: datetime
    addenda: int


@dataclass(frozen=True)
class CoSignatureRequest:
    entry_id: UUID
    request_id: UUID
    role: Role
    clinician_id: UUID | None
    asked_by: UUID
    asked_at: datetime
    due_on: date
    addenda: int


@dataclass(frozen=True)
class Document:
    """A signed document: nothing of it changes any more, and what is to be said later is an addendum."""

    entry_id: UUID
    document_id: UUID
    kind: DocumentKind
    subject: Subject
    signed_by: UUID
    signed_at: datetime
    addenda: tuple[Addendum, ...] = ()
    co_signatures: tuple[CoSignature, ...] = ()
    co_signature_requests: tuple[CoSignatureRequest, ...] = ()

    @property
    def waiting(self) -> tuple[CoSignatureRequest, ...]:
        """Requests for a co-signature that nobody has met."""
        return tuple(asked for asked in self.co_signature_requests if not self._is_met(asked))

    def _is_met(self, asked: CoSignatureRequest) -> bool:
        return any(
            signed.role is asked.role
            and asked.clinician_id in (None, signed.signed_by)
            and signed.addenda >= asked.addenda
            for signed in self.co_signatures
        )

    def is_co_signed_by(self, clinician_id: UUID) -> bool:
        """With everything that has been added since."""
        return any(
            signed.signed_by == clinician_id and signed.addenda >= len(self.addenda) for signed in self.co_signatures
        )


@dataclass(frozen=True)
class DocumentRequest:
    """A document that one role misses from another. Its signature meets it."""

    entry_id: UUID
    request_id: UUID
    kind: DocumentKind
    subject: Subject
    role: Role
    clinician_id: UUID | None
    asked_by: UUID
    asked_at: datetime
    due_on: date
