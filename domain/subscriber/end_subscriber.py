"""End a subscriber for good: its keys open nothing, its grant is over, its history stays."""

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.stream import change
from domain.subscriber.refusals import NoSuchSubscriber
from domain.subscriber.subscriber import Subscriber, SubscriberEvent, evolve


class EndSubscriber(Order):
    pass


class SubscriberEnded(SubscriberEvent, stored_as="SubscriberEnded"):
    """A subscriber was ended for good."""


@decides(Role.COORDINATOR, Role.COMPLIANCE, Role.SYSTEM)
def end_subscriber(subscriber: Subscriber, order: EndSubscriber) -> list[Event]:
    """End it; there is no way back but a new registration."""
    if subscriber.subscriber_id is None:
        raise NoSuchSubscriber
    return [] if subscriber.has_ended else [SubscriberEnded()]


@evolve.register
def _(event: SubscriberEnded, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    keys = {key_id: change(key, is_revoked=True) for key_id, key in subscriber.keys.items()}
    return change(subscriber, has_ended=True, grant=None, keys=keys)
