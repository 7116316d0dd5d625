"""The patient vomits. A dose that was taken counts as taken; none is repeated."""

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


class PatientVomited(EpisodeEvent, stored_as="PatientVomited", happened_in="at"):
    """The patient vomited in a dosing session."""

    session_id: UUID
    at: datetime


class RecordVomiting(Order):
    session_id: UUID
    at: AwareDatetime | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER)
def record_vomiting(episode: Episode, order: RecordVomiting, *, now: datetime) -> list[Event]:
    """Record that the patient vomited, and when."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    at = order.at or order.happened_at(now)
    if any(vomiting.at == at for vomiting in session.vomitings):
        return []
    return [PatientVomited(session_id=order.session_id, at=at)]


@evolve.register
def _(event: PatientVomited, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    if session is None:
        return episode
    vomiting = Moment(envelope.event_id, event.at, known_in=envelope.version)
    return with_session(episode, event.session_id, vomitings=(*session.vomitings, vomiting))
