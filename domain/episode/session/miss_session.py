"""A session that the patient did not come to."""

from datetime import datetime
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.session.session import SessionStatus
from domain.episode.session.which_session import require_booked, session_of, with_session
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused


class SessionMissed(EpisodeEvent, stored_as="SessionMissed"):
    """The patient did not come to a session."""

    session_id: UUID


class MissSession(Order):
    session_id: UUID


class SessionHasNotBegun(Refused):
    """This session is still to come. Move or cancel it instead."""


@decides(Role.THERAPIST, Role.COORDINATOR, Role.PRESCRIBER)
def miss_session(episode: Episode, order: MissSession, *, now: datetime) -> list[Event]:
    """Record that the patient did not come."""
    session = session_of(episode, order.session_id)
    if session.status is SessionStatus.MISSED:
        return []
    require_booked(session)
    if session.starts_at > order.happened_at(now):
        raise SessionHasNotBegun(field="session_id")
    return [SessionMissed(session_id=session.session_id)]


@evolve.register
def _(event: SessionMissed, episode: Episode, envelope: Envelope) -> Episode:
    return with_session(episode, event.session_id, status=SessionStatus.MISSED, called_off=SessionStatus.MISSED)
