"""Revoke a key: it opens nothing from the next request on."""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change, put
from domain.subscriber.refusals import NoSuchSubscriber
from domain.subscriber.subscriber import Subscriber, SubscriberEvent, evolve


class NoSuchKey(Refused):
    """This subscriber has no such key. Look at its list of keys."""


class RevokeKey(Order):
    key_id: UUID


class KeyRevoked(SubscriberEvent, stored_as="KeyRevoked"):
    """A subscriber's key was revoked."""

    key_id: UUID


@decides(Role.COORDINATOR, Role.COMPLIANCE, Role.SYSTEM)
def revoke_key(subscriber: Subscriber, order: RevokeKey) -> list[Event]:
    """Revoke a key, of an ended subscriber too."""
    if subscriber.subscriber_id is None:
        raise NoSuchSubscriber
    key = subscriber.keys.get(order.key_id)
    if key is None:
        raise NoSuchKey(field="key_id")
    return [] if key.is_revoked else [KeyRevoked(key_id=order.key_id)]


@evolve.register
def _(event: KeyRevoked, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    key = subscriber.keys.get(event.key_id)
    if key is None:
        return subscriber
    return change(subscriber, keys=put(subscriber.keys, event.key_id, change(key, is_revoked=True)))
