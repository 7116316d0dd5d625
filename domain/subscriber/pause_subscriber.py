"""Pause a subscriber: nothing is sent until it is resumed, and nothing is lost."""

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.stream import change
from domain.subscriber.refusals import must_be_there
from domain.subscriber.subscriber import Subscriber, SubscriberEvent, evolve


class PauseSubscriber(Order):
    pass


class SubscriberPaused(SubscriberEvent, stored_as="SubscriberPaused"):
    """Sending to a subscriber was paused."""


@decides(Role.COORDINATOR, Role.COMPLIANCE, Role.SYSTEM)
def pause_subscriber(subscriber: Subscriber, order: PauseSubscriber) -> list[Event]:
    """Pause; it goes on later from where it stopped."""
    must_be_there(subscriber)
    return [] if subscriber.is_paused else [SubscriberPaused()]


@evolve.register
def _(event: SubscriberPaused, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    return change(subscriber, is_paused=True)
