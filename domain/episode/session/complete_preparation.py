"""A preparation session that took place."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.session.session import SessionKind, SessionStatus
from domain.episode.session.which_session import SessionIsOver, session_of, with_session
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed


class PreparationCompleted(EpisodeEvent, stored_as="PreparationCompleted", happened_in="ended_at"):
    """A preparation session took place."""

    session_id: UUID
    started_at: datetime
    ended_at: datetime
    summary: Sealed[str] | None = None


class CompleteSession(Order):
    """What is written after a preparation or integration session. The summary is shared with the care team."""

    session_id: UUID
    started_at: AwareDatetime
    ended_at: AwareDatetime
    summary: FreeText | None = None


class CompletePreparation(CompleteSession):
    pass


class EndIsNotAfterStart(Refused):
    """The session ends before it starts. Mend one of the two times."""


def is_recorded_already(episode: Episode, order: CompleteSession, kind: SessionKind) -> bool:
    """Whether this session is completed already; refuses one of another kind, a cancelled one and impossible times.

    A session booked as missed or cancelled by mistake is marked in error first.
    """
    session = session_of(episode, order.session_id, kind)
    if order.ended_at <= order.started_at:
        raise EndIsNotAfterStart(field="ended_at")
    if session.status in (SessionStatus.CANCELLED, SessionStatus.MISSED):
        raise SessionIsOver(field="session_id", status=session.status.value)
    return session.status is SessionStatus.COMPLETED


@decides(Role.THERAPIST)
def complete_preparation(episode: Episode, order: CompletePreparation) -> list[Event]:
    """Record a preparation session that took place."""
    if is_recorded_already(episode, order, SessionKind.PREPARATION):
        return []
    return [
        PreparationCompleted(
            session_id=order.session_id,
            started_at=order.started_at,
            ended_at=order.ended_at,
            summary=order.summary,
        )
    ]


@evolve.register
def _(event: PreparationCompleted, episode: Episode, envelope: Envelope) -> Episode:
    return with_session(
        episode,
        event.session_id,
        status=SessionStatus.COMPLETED,
        started_at=event.started_at,
        ended_at=event.ended_at,
        end_entry_id=envelope.event_id,
    )
