"""Situations that stand in the way of more than one decision about a subscriber."""

from domain.refusal import Refused
from domain.subscriber.subscriber import Subscriber


class NoSuchSubscriber(Refused):
    """There is no such subscriber in this network. Register it first."""


class SubscriberHasEnded(Refused):
    """This subscriber was ended for good. Register a new one."""


def must_be_there(subscriber: Subscriber) -> None:
    """Refuse where nobody was registered, or the subscription has ended."""
    if subscriber.subscriber_id is None:
        raise NoSuchSubscriber
    if subscriber.has_ended:
        raise SubscriberHasEnded
