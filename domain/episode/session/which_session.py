"""Finding the session an order names, and changing one in the state."""

from typing import Any
from uuid import UUID

from domain.episode.episode import Episode
from domain.episode.session.session import Session, SessionKind, SessionStatus
from domain.refusal import Refused
from domain.stream import change, put


class SessionIsUnknown(Refused):
    """There is no such session in this episode. Book it first, in the past if it has taken place already."""


class SessionIsOfAnotherKind(Refused):
    """This is a {kind} session; the order is for a {expected} session."""


class SessionIsOver(Refused):
    """This session is {status}. Book another one."""


def session_of(episode: Episode, session_id: UUID, kind: SessionKind | None = None) -> Session:
    """The session of that id, of that kind."""
    session = episode.sessions.get(session_id)
    if session is None:
        raise SessionIsUnknown(field="session_id")
    if kind is not None and session.kind is not kind:
        raise SessionIsOfAnotherKind(field="session_id", kind=session.kind.value, expected=kind.value)
    return session


def require_booked(session: Session) -> None:
    """Refuse what only a session that has not begun allows."""
    if session.status is not SessionStatus.BOOKED:
        raise SessionIsOver(field="session_id", status=session.status.value)


def name_of(session: Session) -> str:
    """Dosing session 4."""
    return f"{session.kind.value.capitalize()} session {session.number}"


def with_session(episode: Episode, session_id: UUID | None, **fields: Any) -> Episode:
    """The episode with that session changed; unchanged where there is no such session (any more)."""
    session = episode.sessions.get(session_id) if session_id else None
    if session is None:
        return episode
    return change(episode, sessions=put(episode.sessions, session.session_id, change(session, **fields)))
