"""Booking the follow-up consult, and moving it: the latest time counts."""

from datetime import datetime

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change


class FollowUpIsInThePast(Refused):
    """A follow-up consult is booked for a time to come. One that took place is completed by the prescriber."""


class FollowUpBooked(EpisodeEvent, stored_as="FollowUpBooked"):
    """A follow-up consult was booked."""

    starts_at: datetime


class BookFollowUp(Order):
    starts_at: AwareDatetime


@decides(Role.COORDINATOR, Role.PRESCRIBER, Role.THERAPIST)
def book_follow_up(episode: Episode, order: BookFollowUp, *, now: datetime) -> list[Event]:
    """Book the follow-up consult."""
    require_open_episode(episode)
    if episode.follow_up_booked_for == order.starts_at:
        return []
    if order.starts_at <= now:
        raise FollowUpIsInThePast(field="starts_at")
    return [FollowUpBooked(starts_at=order.starts_at)]


@evolve.register
def _(event: FollowUpBooked, episode: Episode, envelope: Envelope) -> Episode:
    return change(episode, follow_up_booked_for=event.starts_at)
