"""Releasing a hold: a prescriber names one and signs why. The others stay."""

from datetime import datetime
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.safety.holds import hold_of
from domain.episode.safety.signed_now import require_signed_now
from domain.event import Envelope, Event
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class HoldReleased(EpisodeEvent, stored_as="HoldReleased"):
    """One hold stands in the way no longer."""

    hold_id: UUID
    reason: Sealed[str]


class ReleaseHold(Order):
    hold_id: UUID
    reason: FreeText


@decides(Role.PRESCRIBER)
def release_hold(episode: Episode, order: ReleaseHold, *, protocol: Protocol, now: datetime) -> list[Event]:
    """Release one hold by name."""
    if not hold_of(episode, order.hold_id).is_open:
        return []
    require_signed_now(order, now, protocol)
    return [HoldReleased(hold_id=order.hold_id, reason=order.reason)]


@evolve.register
def _(event: HoldReleased, episode: Episode, envelope: Envelope) -> Episode:
    if (hold := episode.holds.get(event.hold_id)) is None:
        return episode
    released = change(
        hold,
        released_at=envelope.occurred_at,
        released_by=envelope.actor_id,
        release_entry_id=envelope.event_id,
        released_with=envelope.command_id,
    )
    return change(episode, holds=put(episode.holds, event.hold_id, released))
