"""An integration session that took place."""

from datetime import datetime
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.session.complete_preparation import CompleteSession, is_recorded_already
from domain.episode.session.session import SessionKind, SessionStatus
from domain.episode.session.which_session import with_session
from domain.event import Envelope, Event
from domain.sealed import Sealed


class IntegrationCompleted(EpisodeEvent, stored_as="IntegrationCompleted", happened_in="ended_at"):
    """An integration session took place."""

    session_id: UUID
    started_at: datetime
    ended_at: datetime
    summary: Sealed[str] | None = None


class CompleteIntegration(CompleteSession):
    pass


@decides(Role.THERAPIST)
def complete_integration(episode: Episode, order: CompleteIntegration) -> list[Event]:
    """Record an integration session that took place."""
    if is_recorded_already(episode, order, SessionKind.INTEGRATION):
        return []
    return [
        IntegrationCompleted(
            session_id=order.session_id,
            started_at=order.started_at,
            ended_at=order.ended_at,
            summary=order.summary,
        )
    ]


@evolve.register
def _(event: IntegrationCompleted, episode: Episode, envelope: Envelope) -> Episode:
    return with_session(
        episode,
        event.session_id,
        status=SessionStatus.COMPLETED,
        started_at=event.started_at,
        ended_at=event.ended_at,
        end_entry_id=envelope.event_id,
    )
