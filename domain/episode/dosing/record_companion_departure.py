"""The adult who is with the patient leaves. The session goes on, watched by the therapist; the prescriber is told."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.intake.intake import Way
from domain.episode.safety.note_deviation import note_deviation
from domain.episode.session.session import Companion, SessionKind
from domain.episode.session.which_session import session_of, with_session
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change


class CompanionLeft(EpisodeEvent, stored_as="CompanionLeft", happened_in="left_at"):
    """The adult who stays with the patient left."""

    session_id: UUID
    left_at: datetime


class RecordCompanionDeparture(Order):
    session_id: UUID
    left_at: AwareDatetime | None = None


class NobodyHasArrived(Refused):
    """No adult was recorded as arrived. Record the arrival first."""


@decides(Role.THERAPIST, Role.PRESCRIBER)
def record_companion_departure(episode: Episode, order: RecordCompanionDeparture, *, now: datetime) -> list[Event]:
    """Record that the adult has left."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    if session.companion is None or session.companion.arrived_at is None:
        raise NobodyHasArrived(field="session_id")
    left_at = order.left_at or order.happened_at(now)
    there = session.companion_at(left_at)
    if there is None and session.companion.left_at is not None:
        return []
    left = CompanionLeft(session_id=order.session_id, left_at=left_at)
    was_over = session.ended_at is not None and session.ended_at <= left_at
    if session.way is Way.IN_PERSON or was_over or not session.dosed_by(left_at):
        return [left]
    return [left, note_deviation("12", "chaperone_left", (there or session.companion).entry_id, at=left_at)]


@evolve.register
def _(event: CompanionLeft, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    if session is None or session.companion is None:
        return episode
    who = (session.companion_at(event.left_at) or session.companion).companion_id
    *earlier, latest = (
        change(one, left_at=event.left_at, left_entry_id=envelope.event_id)
        if one.companion_id == who and _goes(one, session.companion, event.left_at)
        else one
        for one in (*session.earlier_companions, session.companion)
    )
    return with_session(episode, event.session_id, companion=latest, earlier_companions=tuple(earlier))


def _goes(one: Companion, latest: Companion, left_at: datetime) -> bool:
    """Somebody whose arrival was recorded twice leaves once; a departure written before any arrival is the latest's."""
    return one.is_there_at(left_at) or one is latest
