"""Resuming a paused course; after a long pause the intake is updated and eligibility determined before a dose."""

from datetime import datetime

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.course.pause import Pause
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.stream import change


class EpisodeResumed(EpisodeEvent, stored_as="EpisodeResumed"):
    """A paused course goes on. `paused_days` in calendar days of the network's zone, to the day it was recorded."""

    paused_days: int


class ResumeEpisode(Order):
    pass


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def resume_episode(episode: Episode, order: ResumeEpisode, *, network: Network, now: datetime) -> list[Event]:
    """Go on with a paused course. Nobody followed it before this was recorded, so a time entered late shortens no pause
    below the days after which intake and eligibility are gone through anew (case R1).
    """
    require_open_episode(episode)
    if episode.paused_at is None:
        return []
    known_on, paused_on = day_of(now, network.zone), day_of(episode.paused_at, network.zone)
    return [EpisodeResumed(paused_days=max(0, (known_on - paused_on).days))]


@evolve.register
def _(event: EpisodeResumed, episode: Episode, envelope: Envelope) -> Episode:
    over = Pause(
        resumed_at=max(envelope.occurred_at, envelope.recorded_at),
        days=event.paused_days,
        began_at=episode.paused_at or envelope.occurred_at,
        ended_at=envelope.occurred_at,
    )
    return change(episode, paused_at=None, pauses=(*episode.pauses, over))
