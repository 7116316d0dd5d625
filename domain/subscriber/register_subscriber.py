"""Register an organisation's program as a subscriber. It receives nothing before compliance grants it something."""

from typing import Annotated

from pydantic import AfterValidator, Field

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import writable
from domain.stream import change
from domain.subscriber.refusals import SubscriberHasEnded
from domain.subscriber.subscriber import Purpose, Subscriber, SubscriberEvent, Way, evolve

Title = Annotated[str, Field(min_length=2, max_length=120, pattern=r"^\S.*\S$"), AfterValidator(writable)]


class SubscriberIsRegisteredAlready(Refused):
    """This subscriber is registered already, with another name, purpose or way. Register a new one."""


class RegisterSubscriber(Order):
    title: Title
    """The name of the organisation and its program, never a person's."""
    purpose: Purpose
    way: Way = Way.FEED


class SubscriberRegistered(SubscriberEvent, stored_as="SubscriberRegistered"):
    """An organisation's program was registered to follow the network's events in one way."""

    title: str
    purpose: Purpose
    way: Way


@decides(Role.COORDINATOR, Role.COMPLIANCE, Role.SYSTEM)
def register_subscriber(subscriber: Subscriber, order: RegisterSubscriber) -> list[Event]:
    """Register a subscriber."""
    if subscriber.has_ended:
        raise SubscriberHasEnded
    if subscriber.subscriber_id is None:
        return [SubscriberRegistered(title=order.title, purpose=order.purpose, way=order.way)]
    if (subscriber.title, subscriber.purpose, subscriber.way) == (order.title, order.purpose, order.way):
        return []
    raise SubscriberIsRegisteredAlready


@evolve.register
def _(event: SubscriberRegistered, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    return change(
        subscriber,
        subscriber_id=envelope.stream_id,
        network_id=envelope.network_id,
        title=event.title,
        purpose=event.purpose,
        way=event.way,
    )
