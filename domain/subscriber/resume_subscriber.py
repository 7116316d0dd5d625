"""Resume a subscriber that was paused: it receives what came meanwhile, in order."""

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.stream import change
from domain.subscriber.refusals import must_be_there
from domain.subscriber.subscriber import Subscriber, SubscriberEvent, evolve


class ResumeSubscriber(Order):
    pass


class SubscriberResumed(SubscriberEvent, stored_as="SubscriberResumed"):
    """Sending to a subscriber was resumed."""


@decides(Role.COORDINATOR, Role.COMPLIANCE, Role.SYSTEM)
def resume_subscriber(subscriber: Subscriber, order: ResumeSubscriber) -> list[Event]:
    """Resume from where it stopped."""
    must_be_there(subscriber)
    return [SubscriberResumed()] if subscriber.is_paused else []


@evolve.register
def _(event: SubscriberResumed, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    return change(subscriber, is_paused=False)
