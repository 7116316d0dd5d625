"""What is posted: a CloudEvent in structured mode with the id that receivers know it by."""

import secrets
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from domain.subscriber.webhook.address import Address
from store.subscriber_requests import trial_item
from store.subscribers import Subscriber
from store.webhooks.queue import Delivery

CHALLENGE_TYPE = "throughline.subscriber.WebhookChallenge.v1"
CHALLENGE_BYTES = 32


class Message(NamedTuple):
    """`message_id` is the id of the event, so that a repetition is known for one; `item` is the event itself, if any.

    `challenge` is the text whose signature proves that the receiver holds the secret.
    """

    message_id: str
    body: bytes
    item: dict[str, Any] | None = None
    challenge: str | None = None


def of_event(item: dict[str, Any]) -> Message:
    """An event of the subscriber's view."""
    return Message(str(item["id"]), orjson.dumps(item), item)


def challenge(delivery: Delivery, address: Address, now: datetime) -> Message:
    """Asks whether the receiver holds the secret. Each try asks with another text."""
    text = secrets.token_urlsafe(CHALLENGE_BYTES)
    item = {
        "specversion": "1.0",
        "id": str(delivery.delivery_id),
        "source": f"/networks/{delivery.network_id}",
        "type": CHALLENGE_TYPE,
        "subject": f"subscriber/{delivery.subscriber_id}",
        "time": now.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": {"challenge": text, "url": address.url},
    }
    return Message(str(delivery.delivery_id), orjson.dumps(item), challenge=text)


def on_trial(delivery: Delivery, subscriber: Subscriber, log_id: UUID, now: datetime) -> Message:
    """An invented event about nobody; somebody asked for it to see whether posts arrive."""
    item = trial_item(subscriber, log_id, delivery.stored_name or "", delivery.delivery_id, now)
    return Message(str(delivery.delivery_id), orjson.dumps(item))
