"""An emergency: one press, in any state, with nothing else to fill in."""

from datetime import datetime, timedelta
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import HoldReason
from domain.episode.session.which_session import with_session
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.protocol.protocol import Protocol


class EmergencyDeclared(EpisodeEvent, stored_as="EmergencyDeclared"):
    """An emergency was declared; dosing is held until a prescriber has looked."""

    emergency_id: UUID
    session_id: UUID | None = None


class DeclareEmergency(Order):
    emergency_id: NewId
    session_id: UUID | None = None
    """None: the session that is running, if one is."""


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def declare_emergency(episode: Episode, order: DeclareEmergency, *, protocol: Protocol, now: datetime) -> list[Event]:
    """Declare an emergency. It asks nothing, refuses nothing, and holds dosing until a prescriber has looked."""
    session_id = order.session_id if order.session_id in episode.sessions else running_session_id(episode)
    lately = order.happened_at(now) - timedelta(hours=protocol.numbers.session_open_alert_hours.value)
    if is_declared_already(episode, order.emergency_id, session_id, lately):
        return []
    declared = EmergencyDeclared(emergency_id=order.emergency_id, session_id=session_id)
    return [declared, hold_because(HoldReason.EMERGENCY, order.emergency_id, session_id)]


def is_declared_already(episode: Episode, emergency_id: UUID, session_id: UUID | None, lately: datetime) -> bool:
    """Whether this one was, or one of the same session since `lately` waits for its review: twice pressed is once.

    Days later it is another, though nobody has released the first. A hold that was placed by hand is no declaration.
    """
    holds = [h for h in episode.holds.values() if h.reason is HoldReason.EMERGENCY and h.because_of is not None]
    waiting = (h for h in holds if h.is_open and h.session_id == session_id)
    return any(h.because_of == emergency_id for h in holds) or any(h.placed_at >= lately for h in waiting)


def running_session_id(episode: Episode) -> UUID | None:
    """The dosing session that is open now."""
    return next((s.session_id for s in episode.sessions.values() if s.is_running), None)


@evolve.register
def _(event: EmergencyDeclared, episode: Episode, envelope: Envelope) -> Episode:
    return with_session(episode, event.session_id, is_emergency=True)
