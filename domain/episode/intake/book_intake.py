"""Book the intake consult."""

from datetime import datetime

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.intake.complete_intake import IntakeIsComplete
from domain.episode.intake.intake import Way
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change


class IntakeWouldBeInThePast(Refused):
    """The intake would begin before it is booked. Choose a time ahead, or record it as completed."""


class BookIntake(Order):
    starts_at: AwareDatetime
    way: Way = Way.REMOTE


class IntakeBooked(EpisodeEvent, stored_as="IntakeBooked"):
    """The intake consult was booked."""

    starts_at: datetime
    way: Way


@decides(Role.PRESCRIBER, Role.COORDINATOR, Role.THERAPIST)
def book_intake(episode: Episode, order: BookIntake, *, now: datetime) -> list[Event]:
    """Book the intake consult with the medical team; booking again moves it."""
    require_open_episode(episode)
    if episode.intake is not None:
        raise IntakeIsComplete
    if order.starts_at < order.happened_at(now):
        raise IntakeWouldBeInThePast(field="starts_at")
    if episode.intake_booked_for == order.starts_at:
        return []
    return [IntakeBooked(starts_at=order.starts_at, way=order.way)]


@evolve.register
def _(event: IntakeBooked, episode: Episode, envelope: Envelope) -> Episode:
    return change(episode, intake_booked_for=event.starts_at)
