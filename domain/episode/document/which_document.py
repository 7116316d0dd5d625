"""Finding the document, and what it is about, that an order names."""

from datetime import datetime
from uuid import UUID

from domain.actor import Actor, Role
from domain.episode.document.document import WRITTEN_BY, Document, DocumentKind, Subject
from domain.episode.episode import Episode
from domain.episode.refusals import EpisodeIsNotOpen
from domain.episode.session.which_session import session_of
from domain.refusal import Refused, SignInAgain


class DocumentIsUnknown(Refused):
    """There is no such signed document in this episode. Choose one from its timeline."""


class VisitIsUnknown(Refused):
    """There is no such intake or follow-up in this episode. Choose one from the list."""


class SessionRecordNeedsItsSession(Refused):
    """A session record belongs to a session. Choose the session."""


class OnlyTheirsToWrite(Refused):
    """A {kind} is written by a {role}. Choose the kind of note that is yours."""

    rule = "17"


class SignedInPerson(SignInAgain):
    """A note is signed in person. Confirm who you are, then sign it again."""


def document_of(episode: Episode, document_id: UUID) -> Document:
    """The signed document of that id."""
    if (found := episode.documents.get(document_id)) is None:
        raise DocumentIsUnknown(field="document_id")
    return found


def subject_of(episode: Episode, kind: DocumentKind, session_id: UUID | None, visit_id: UUID | None) -> Subject:
    """What a document of this kind is about; refuses what this episode does not hold."""
    if episode.patient_id is None:
        raise EpisodeIsNotOpen
    if session_id is not None:
        session_of(episode, session_id)
    elif kind is DocumentKind.SESSION_RECORD:
        raise SessionRecordNeedsItsSession(field="session_id")
    if visit_id is not None and visit_id not in visits(episode):
        raise VisitIsUnknown(field="visit_id")
    return Subject(session_id, visit_id)


def visits(episode: Episode) -> dict[UUID, datetime]:
    """Intake and follow-ups by their entries, with the moment at which they ended."""
    found = {visit.entry_id: visit.completed_at for visit in episode.follow_ups}
    if episode.intake is not None:
        found[episode.intake.entry_id] = episode.intake.completed_at
    return found


def require_signed_in_person(by: Actor) -> None:
    """A signature needs the person who has just confirmed who they are (21 CFR 11.200)."""
    if not by.reauthenticated:
        raise SignedInPerson


def require_theirs_to_write(kind: DocumentKind, role_of: Actor | Role) -> None:
    """Refuse a kind of document that is another role's."""
    roles = role_of.roles if isinstance(role_of, Actor) else {role_of}
    if roles.isdisjoint(WRITTEN_BY[kind]):
        words = " or ".join(sorted(role.value for role in WRITTEN_BY[kind]))
        raise OnlyTheirsToWrite(field="kind", kind=kind.replace("_", " "), role=words)
