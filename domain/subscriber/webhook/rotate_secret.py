"""Give a webhook a new secret; for some hours posts are signed with both, so that a receiver can change over."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import Field

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.stream import change
from domain.subscriber.refusals import must_be_there
from domain.subscriber.subscriber import Subscriber, SubscriberEvent, evolve
from domain.subscriber.webhook.endpoint import NoEndpointIsSet

LONGEST_OVERLAP_HOURS = 7 * 24


class RotateSecret(Order):
    secret_id: NewId
    overlap_hours: int = Field(default=24, ge=0, le=LONGEST_OVERLAP_HOURS)
    """0 where the old secret is known to somebody who should not know it."""


class WebhookSecretRotated(SubscriberEvent, stored_as="WebhookSecretRotated"):
    """A webhook has a new secret; the event names it and holds nothing that signs."""

    secret_id: UUID
    old_secret_until: datetime


@decides(Role.COORDINATOR, Role.COMPLIANCE, Role.SYSTEM)
def rotate_secret(subscriber: Subscriber, order: RotateSecret, *, now: datetime) -> list[Event]:
    """Sign with a new secret from now on, and with the one before until the overlap has passed."""
    must_be_there(subscriber)
    if subscriber.webhook is None:
        raise NoEndpointIsSet
    if subscriber.webhook.secret_id == order.secret_id:
        return []
    return [
        WebhookSecretRotated(secret_id=order.secret_id, old_secret_until=now + timedelta(hours=order.overlap_hours))
    ]


@evolve.register
def _(event: WebhookSecretRotated, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    if (known := subscriber.webhook) is None:
        return subscriber
    rotated = replace(
        known,
        secret_id=event.secret_id,
        old_secret_id=known.secret_id,
        old_secret_until=event.old_secret_until,
    )
    return change(subscriber, webhook=rotated)
