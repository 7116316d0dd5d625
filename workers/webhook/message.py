"""What is posted: a CloudEvent in structured mode with the id that receivers know it by."""

import secrets
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from domain.subscriber.webhook.address import Address
from store.webhooks.queue import Delivery

CHALLENGE_TYPE = "throughline.subscriber.WebhookChallenge.v1"
TEST_TYPE = "throughline.subscriber.WebhookTest.v1"
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
    about = {"challenge": text, "url": address.url}
    return Message(str(delivery.delivery_id), _own(CHALLENGE_TYPE, delivery, now, about), challenge=text)


def test_event(delivery: Delivery, now: datetime) -> Message:
    """Says nothing about anybody; somebody asked for it to see whether posts arrive."""
    return Message(str(delivery.delivery_id), _own(TEST_TYPE, delivery, now, {"test": True}))


def _own(kind: str, delivery: Delivery, now: datetime, data: dict[str, Any]) -> bytes:
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": str(delivery.delivery_id),
            "source": source_of(delivery.network_id),
            "type": kind,
            "subject": f"subscriber/{delivery.subscriber_id}",
            "time": now.isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "data": data,
        }
    )


def source_of(network_id: UUID) -> str:
    """As the feed names it."""
    return f"/networks/{network_id}"
