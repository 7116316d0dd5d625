"""Confirming an override that needs a second prescriber: in person, signed in anew, before it opens anything."""

from datetime import datetime
from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.safety.override_limits import SignInAgainToOverride
from domain.episode.safety.signed_now import require_signed_now
from domain.event import Envelope, Event
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.stream import change, put


class OverrideIsUnknown(Refused):
    """There is no override of that kind in this episode that waits to be confirmed. Load the page again."""


class OverrideHasRunOut(Refused):
    """This override ran out before it was confirmed. Grant it anew if it is still needed."""


class SecondPrescriberIsAnother(Refused):
    """You granted this override yourself. A second prescriber confirms it, signed in as themselves."""


class ConfirmOverride(Order):
    override_id: UUID


class OverrideConfirmed(EpisodeEvent, stored_as="OverrideConfirmed"):
    """A second prescriber stands behind the override, who has read what it passes over."""

    override_id: UUID


@decides(Role.PRESCRIBER)
def confirm_override(
    episode: Episode, order: ConfirmOverride, *, by: Actor, protocol: Protocol, now: datetime
) -> list[Event]:
    """Confirm an override as the second prescriber."""
    override = episode.overrides.get(order.override_id)
    if override is None or not override.waits_for_second:
        raise OverrideIsUnknown(field="override_id")
    if override.confirmed_at is not None:
        return []
    if by.actor_id == override.granted_by:
        raise SecondPrescriberIsAnother(field="override_id")
    if now >= override.expires_at:
        raise OverrideHasRunOut(field="override_id")
    require_signed_now(order, now, protocol)
    if not by.reauthenticated:
        raise SignInAgainToOverride
    return [OverrideConfirmed(override_id=order.override_id)]


@evolve.register
def _(event: OverrideConfirmed, episode: Episode, envelope: Envelope) -> Episode:
    if (override := episode.overrides.get(event.override_id)) is None:
        return episode
    confirmed = change(override, confirmed_at=envelope.occurred_at, confirmed_by=envelope.actor_id)
    return change(episode, overrides=put(episode.overrides, event.override_id, confirmed))
