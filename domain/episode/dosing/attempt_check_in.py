"""The check-in on the day after a dose: the patient was not reached."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.session.session import Moment, SessionKind
from domain.episode.session.which_session import session_of, with_session
from domain.event import Envelope, Event
from domain.order import Order


class CheckInAttempted(EpisodeEvent, stored_as="CheckInAttempted", happened_in="at"):
    """Somebody called the patient after a dose and was not answered."""

    session_id: UUID
    at: datetime


class AttemptCheckIn(Order):
    session_id: UUID
    at: AwareDatetime | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def attempt_check_in(episode: Episode, order: AttemptCheckIn, *, now: datetime) -> list[Event]:
    """Record a call that was not answered. What follows from two of them is an obligation of the prescriber."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    at = order.at or order.happened_at(now)
    if any(attempt.at == at for attempt in session.check_in_attempts):
        return []
    return [CheckInAttempted(session_id=order.session_id, at=at)]


@evolve.register
def _(event: CheckInAttempted, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    if session is None:
        return episode
    attempts = (*session.check_in_attempts, Moment(envelope.event_id, event.at))
    return with_session(episode, event.session_id, check_in_attempts=attempts)
