"""Take a check-in link back before it is answered."""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.check_in.which_link import with_link
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused


class LinkIsUnknown(Refused):
    """There is no such check-in link in this episode. Choose one from the list."""


class LinkWasAnswered(Refused):
    """The patient has answered this link. What they said is in the timeline; mark it in error there, entry by entry."""


class CheckInLinkRevoked(EpisodeEvent, stored_as="CheckInLinkRevoked"):
    """A check-in link was taken back; nobody can answer it any more."""

    link_id: UUID


class RevokeCheckInLink(Order):
    link_id: UUID


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR, Role.SYSTEM)
def revoke_check_in_link(episode: Episode, order: RevokeCheckInLink) -> list[Event]:
    """Nobody can answer it from then on. A restore does it too: who answered since the copy is not known any more."""
    link = episode.check_in_links.get(order.link_id)
    if link is None:
        raise LinkIsUnknown(field="link_id")
    if link.answered_at is not None:
        raise LinkWasAnswered(field="link_id")
    return [] if link.revoked_at is not None else [CheckInLinkRevoked(link_id=order.link_id)]


@evolve.register
def _(event: CheckInLinkRevoked, episode: Episode, envelope: Envelope) -> Episode:
    return with_link(episode, event.link_id, revoked_at=envelope.recorded_at)
