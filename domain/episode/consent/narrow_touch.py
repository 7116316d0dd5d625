"""Narrow the consent to touch; widening needs a new signature on a sober day."""

from datetime import datetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.consent.consents import ConsentType, TouchScope, Withdrawal, touch_scope_at
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change


class TouchCanOnlyBeNarrowed(Refused):
    """Touch is agreed as {agreed}; this would widen it. Widening needs a new signature, sober, before a session."""

    rule = "1"


class NarrowTouch(Order):
    touch_scope: TouchScope


class TouchNarrowed(EpisodeEvent, stored_as="TouchNarrowed"):
    """The patient wants less touch than agreed, from now on."""

    touch_scope: TouchScope


@decides(Role.THERAPIST, Role.PRESCRIBER)
def narrow_touch(episode: Episode, order: NarrowTouch, *, now: datetime) -> list[Event]:
    """Record that the patient wants less touch than agreed; possible at any moment."""
    agreed = touch_scope_at(episode.consents, order.happened_at(now))
    if order.touch_scope is agreed:
        return []
    if order.touch_scope.reach > agreed.reach:
        raise TouchCanOnlyBeNarrowed(field="touch_scope", agreed=agreed.value.replace("_", " "))
    return [TouchNarrowed(touch_scope=order.touch_scope)]


@evolve.register
def _(event: TouchNarrowed, episode: Episode, envelope: Envelope) -> Episode:
    narrowed = tuple(
        change(c, touch_scope=event.touch_scope)
        if c.consent_type is ConsentType.TOUCH and c.touch_scope and c.touch_scope.reach > event.touch_scope.reach
        else c
        for c in episode.consents
    )
    narrowing = Withdrawal(ConsentType.TOUCH, envelope.occurred_at, envelope.version, leaves=event.touch_scope)
    return change(episode, consents=narrowed, withdrawals=(*episode.withdrawals, narrowing))
