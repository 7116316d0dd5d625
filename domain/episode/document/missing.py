"""What is not written yet: documents asked for, and sessions that took place and that nobody has signed a note on."""

from datetime import datetime

from domain.episode.document.document import DocumentKind, DocumentRequest, Subject
from domain.episode.episode import Episode
from domain.episode.session.session import Session, SessionStatus


def is_signed(episode: Episode, kind: DocumentKind, subject: Subject, since: datetime | None = None) -> bool:
    """Whether a document of this kind about this is signed; `since` asks for one that is not older."""
    return any(
        (document.kind, document.subject) == (kind, subject) and (since is None or document.signed_at >= since)
        for document in episode.documents.values()
    )


def waiting_requests(episode: Episode) -> list[DocumentRequest]:
    """Documents asked for that are not signed yet, the first due first.

    A note on the course as a whole is met only by one that is newer than the request.
    """
    waiting = [asked for asked in episode.document_requests.values() if not _is_met(episode, asked)]
    return sorted(waiting, key=lambda asked: (asked.due_on, asked.asked_at))


def undocumented_sessions(episode: Episode) -> list[Session]:
    """Sessions that took place without a signed note of any kind about them, the oldest first."""
    written = {document.subject.session_id for document in episode.documents.values()}
    held = [
        session
        for session in episode.sessions.values()
        if session.session_id not in written and (session.status is SessionStatus.COMPLETED)
    ]
    return sorted(held, key=lambda session: session.starts_at)


def _is_met(episode: Episode, asked: DocumentRequest) -> bool:
    since = asked.asked_at if asked.subject == Subject() else None
    return is_signed(episode, asked.kind, asked.subject, since)
