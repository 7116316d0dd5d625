"""Give a webhook a new secret; for some hours posts are signed with both, so that a receiver can change over."""

from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from pydantic import Field

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.refusal import Refused
from domain.stream import change
from domain.subscriber.refusals import must_be_there
from domain.subscriber.subscriber import Subscriber, SubscriberEvent, evolve
from domain.subscriber.webhook.endpoint import NoEndpointIsSet

LONGEST_OVERLAP_HOURS = 7 * 24
MOST_OLD_SECRETS = 3
"""So many sign beside the new one at most: each makes every post longer, and is one more that may have leaked."""


class TooManySecretsSign(Refused):
    """{count} old secrets still sign. Wait {hours} h for the first to end, or say 0 h, which ends all at once."""


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
    still_sign = [until for until in subscriber.webhook.old_secrets_until if until > now]
    if order.overlap_hours and len(still_sign) >= MOST_OLD_SECRETS:
        hours = ceil((min(still_sign) - now) / timedelta(hours=1))
        raise TooManySecretsSign(field="overlap_hours", count=len(still_sign), hours=hours)
    return [
        WebhookSecretRotated(secret_id=order.secret_id, old_secret_until=now + timedelta(hours=order.overlap_hours))
    ]


@evolve.register
def _(event: WebhookSecretRotated, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    if (known := subscriber.webhook) is None:
        return subscriber
    at = envelope.occurred_at
    still_sign = (*(until for until in known.old_secrets_until if until > at), event.old_secret_until)
    rotated = replace(
        known,
        secret_id=event.secret_id,
        old_secret_id=known.secret_id,
        old_secrets_until=still_sign if event.old_secret_until > at else (),  # no overlap ends all
    )
    return change(subscriber, webhook=rotated)
