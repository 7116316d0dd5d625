"""The follow-up consult: the prescriber decides whether dosing goes on, and for how many more sessions."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.actor import Actor, Role
from domain.decision import decides
from domain.episode.check_in.report_symptoms import passing_water
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.follow_up.follow_up import FollowUp, FollowUpDecision
from domain.episode.intake.intake import UrinaryBaseline
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change


class NoIntakeToFollowUp(Refused):
    """There was no intake yet, so there is nothing to follow up. Complete the intake first."""

    rule = "10"


class StopReleasesNoSessions(Refused):
    """A follow-up that decides to stop releases no sessions. Choose another decision, or 0 sessions."""

    rule = "9"


class FollowUpCompleted(EpisodeEvent, stored_as="FollowUpCompleted", happened_in="completed_at"):
    """A prescriber saw the patient between doses, and decided how the course goes on.

    `same_provider`: whoever did the intake, which is how it should be and not always can.
    """

    completed_at: datetime
    completed_by: UUID
    minutes: int
    same_provider: bool
    decision: FollowUpDecision
    sessions_released: int
    note: Sealed[str] | None = None


class CompleteFollowUp(Order):
    completed_at: AwareDatetime
    minutes: int = Field(ge=1, le=240)
    decision: FollowUpDecision
    sessions_released: int = Field(ge=0, le=50)
    """How many more sessions the amended plan may authorise."""
    note: FreeText | None = None
    urinary: UrinaryBaseline | None = None
    """Asked at each consult; None: not asked."""


@decides(Role.PRESCRIBER)
def complete_follow_up(episode: Episode, order: CompleteFollowUp, *, by: Actor) -> list[Event]:
    """Record a follow-up consult; any prescriber's visit counts."""
    if episode.intake is None:
        raise NoIntakeToFollowUp
    if order.decision is FollowUpDecision.STOP and order.sessions_released:
        raise StopReleasesNoSessions(field="sessions_released")
    if any((v.completed_at, v.completed_by) == (order.completed_at, by.actor_id) for v in episode.follow_ups):
        return []
    completed = [
        FollowUpCompleted(
            completed_at=order.completed_at,
            completed_by=by.actor_id,
            minutes=order.minutes,
            same_provider=by.actor_id == episode.intake.completed_by,
            decision=order.decision,
            sessions_released=order.sessions_released,
            note=order.note,
        )
    ]
    return [*completed, *passing_water(order.urinary, order.completed_at, by.actor_id)]


@evolve.register
def _(event: FollowUpCompleted, episode: Episode, envelope: Envelope) -> Episode:
    visit = FollowUp(
        entry_id=envelope.event_id,
        completed_at=event.completed_at,
        completed_by=event.completed_by,
        decision=event.decision,
        sessions_released=event.sessions_released,
        booking_used=episode.follow_up_booked_for,
    )
    return change(episode, follow_ups=(*episode.follow_ups, visit), follow_up_booked_for=None)
