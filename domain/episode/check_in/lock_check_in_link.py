"""Lock a check-in link after too many wrong birth dates: somebody else may have it."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from domain.actor import Role
from domain.decision import decides
from domain.episode.check_in.which_link import with_link
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.order import Order


class CheckInLinkLocked(EpisodeEvent, stored_as="CheckInLinkLocked"):
    """A check-in link was locked after too many wrong birth dates."""

    link_id: UUID
    wrong_dates: int


class LockCheckInLink(Order):
    link_id: UUID
    wrong_dates: int = Field(ge=1)


@decides(Role.SYSTEM)
def lock_check_in_link(episode: Episode, order: LockCheckInLink, *, now: datetime) -> list[Event]:
    """Nobody can answer it from then on, and the care team is told."""
    link = episode.check_in_links.get(order.link_id)
    if link is None or not link.is_open_at(now):
        return []
    return [CheckInLinkLocked(link_id=order.link_id, wrong_dates=order.wrong_dates)]


@evolve.register
def _(event: CheckInLinkLocked, episode: Episode, envelope: Envelope) -> Episode:
    return with_link(episode, event.link_id, locked_at=envelope.recorded_at)
