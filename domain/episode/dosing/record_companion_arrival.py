"""The adult who is with the patient arrives: a chaperone at a remote session, an escort home from one in person."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.session.session import Companion, SessionKind
from domain.episode.session.which_session import session_of, with_session
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.sealed import Sealed, ShortText


class CompanionArrived(EpisodeEvent, stored_as="CompanionArrived", happened_in="arrived_at"):
    """The adult who stays with the patient arrived."""

    session_id: UUID
    companion_id: UUID
    arrived_at: datetime
    is_adult: bool | None
    name: Sealed[str] | None = None
    phone: Sealed[str] | None = None


class RecordCompanionArrival(Order):
    session_id: UUID
    companion_id: NewId
    arrived_at: AwareDatetime | None = None
    is_booked_companion: bool = False
    """The person named when the session was booked."""
    is_adult: bool | None = None
    """None: not asked."""
    name: ShortText | None = None
    phone: ShortText | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER)
def record_companion_arrival(episode: Episode, order: RecordCompanionArrival, *, now: datetime) -> list[Event]:
    """Record who came, when, and whether they are of age."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    arrived_at = order.arrived_at or order.happened_at(now)
    booked = session.companion if order.is_booked_companion else None
    companion_id = booked.companion_id if booked else order.companion_id
    is_adult = booked.is_adult if booked and order.is_adult is None else order.is_adult
    companion = session.companion
    if companion and (companion.companion_id, companion.arrived_at) == (companion_id, arrived_at):
        return []
    return [
        CompanionArrived(
            session_id=order.session_id,
            companion_id=companion_id,
            arrived_at=arrived_at,
            is_adult=is_adult,
            name=order.name,
            phone=order.phone,
        )
    ]


@evolve.register
def _(event: CompanionArrived, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    if session is None:
        return episode
    before = (session.companion,) if session.companion else ()
    known = (*session.earlier_companions, *before)
    verified_in = next((c.verified_in for c in reversed(known) if c.companion_id == event.companion_id), None)
    companion = Companion(
        envelope.event_id, event.companion_id, event.is_adult, event.arrived_at, verified_in=verified_in
    )
    earlier = (*session.earlier_companions, *before)
    return with_session(episode, event.session_id, companion=companion, earlier_companions=earlier)
