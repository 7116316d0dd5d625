"""Moving a booked session to another time."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.session.group import group_of
from domain.episode.session.which_session import require_booked, session_of, with_session
from domain.event import Envelope, Event
from domain.order import Order


class SessionMoved(EpisodeEvent, stored_as="SessionMoved"):
    """A booked session was moved to another time."""

    session_id: UUID
    starts_at: datetime
    from_starts_at: datetime
    group_id: UUID | None = None
    """The group it belongs to from now on."""


class MoveSession(Order):
    session_id: UUID
    starts_at: AwareDatetime


@decides(Role.THERAPIST, Role.COORDINATOR, Role.PRESCRIBER)
def move_session(episode: Episode, order: MoveSession) -> list[Event]:
    """Move a booked session."""
    session = session_of(episode, order.session_id)
    require_booked(session)
    if session.starts_at == order.starts_at:
        return []
    return [
        SessionMoved(
            session_id=session.session_id,
            starts_at=order.starts_at,
            from_starts_at=session.starts_at,
            group_id=group_of(session.way, session.kind, session.therapist_id, order.starts_at),
        )
    ]


@evolve.register
def _(event: SessionMoved, episode: Episode, envelope: Envelope) -> Episode:
    return with_session(episode, event.session_id, starts_at=event.starts_at, group_id=event.group_id)
