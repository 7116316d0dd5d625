"""Cancelling a booked session."""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.session.session import SessionStatus
from domain.episode.session.which_session import require_booked, session_of, with_session
from domain.event import Envelope, Event
from domain.order import Order
from domain.sealed import FreeText, Sealed


class SessionCancelled(EpisodeEvent, stored_as="SessionCancelled"):
    """A booked session was cancelled."""

    session_id: UUID
    reason: Sealed[str] | None = None


class CancelSession(Order):
    session_id: UUID
    reason: FreeText | None = None


@decides(Role.THERAPIST, Role.COORDINATOR, Role.PRESCRIBER)
def cancel_session(episode: Episode, order: CancelSession) -> list[Event]:
    """Cancel a booked session."""
    session = session_of(episode, order.session_id)
    if session.status is SessionStatus.CANCELLED:
        return []
    require_booked(session)
    return [SessionCancelled(session_id=session.session_id, reason=order.reason)]


@evolve.register
def _(event: SessionCancelled, episode: Episode, envelope: Envelope) -> Episode:
    return with_session(episode, event.session_id, status=SessionStatus.CANCELLED, called_off=SessionStatus.CANCELLED)
