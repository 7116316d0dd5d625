"""A look at the patient while the dose acts: responsive or not, how distressed, how sedated, how far away."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.session.session import Check, SessionKind
from domain.episode.session.which_session import session_of, with_session
from domain.event import Envelope, Event
from domain.order import NewId, Order


class Seen(BaseModel):
    """Distress and dissociation 0-10; sedation 0 awake, 1 drowsy, 2 wakes to voice, 3 does not."""

    responsive: bool
    distress: int | None = Field(default=None, ge=0, le=10)
    sedation: int | None = Field(default=None, ge=0, le=3)
    dissociation: int | None = Field(default=None, ge=0, le=10)
    breathing_depressed: bool | None = None
    """Slow or shallow breathing."""


class MonitoringCheckRecorded(EpisodeEvent, Seen, stored_as="MonitoringCheckRecorded", happened_in="at"):
    """A check of the patient under the medicine was recorded.

    Distress and dissociation 0-10; sedation 0 awake, 1 drowsy, 2 wakes to voice, 3 does not.
    """

    session_id: UUID
    check_id: UUID
    at: datetime


class RecordCheck(Order, Seen):
    session_id: UUID
    check_id: NewId
    at: AwareDatetime | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER)
def record_check(episode: Episode, order: RecordCheck, *, now: datetime) -> list[Event]:
    """Record a monitoring check."""
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    if any(check.check_id == order.check_id for check in session.checks):
        return []
    seen = {name: getattr(order, name) for name in Seen.model_fields}
    at = order.at or order.happened_at(now)
    return [MonitoringCheckRecorded(session_id=order.session_id, check_id=order.check_id, at=at, **seen)]


@evolve.register
def _(event: MonitoringCheckRecorded, episode: Episode, envelope: Envelope) -> Episode:
    session = episode.sessions.get(event.session_id)
    if session is None:
        return episode
    seen = {name: getattr(event, name) for name in Seen.model_fields}
    check = Check(envelope.event_id, event.check_id, event.at, **seen, known_in=envelope.version)
    return with_session(episode, event.session_id, checks=(*session.checks, check))
