"""Pausing a course: nothing is overdue meanwhile, and every safety hold stays."""

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change


class ASessionIsUnderWay(Refused):
    """A dosing session is under way. End it first."""


class EpisodePaused(EpisodeEvent, stored_as="EpisodePaused"):
    """The course of care was paused."""

    reason: Sealed[str]


class PauseEpisode(Order):
    reason: FreeText


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def pause_episode(episode: Episode, order: PauseEpisode) -> list[Event]:
    """Pause the course."""
    require_open_episode(episode)
    if episode.paused_at is not None:
        return []
    require_no_running_session(episode)
    return [EpisodePaused(reason=order.reason)]


def require_no_running_session(episode: Episode) -> None:
    """Refuse to leave a patient who may be under the medicine."""
    if any(session.is_running for session in episode.sessions.values()):
        raise ASessionIsUnderWay


@evolve.register
def _(event: EpisodePaused, episode: Episode, envelope: Envelope) -> Episode:
    return change(episode, paused_at=envelope.occurred_at)
