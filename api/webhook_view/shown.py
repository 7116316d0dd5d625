"""A webhook and its deliveries as JSON: what stands, every attempt, and when the next one is."""

from datetime import datetime
from typing import Any

from api.edge import Edge
from api.webhook_view.which import Webhook
from store.webhooks.attempts import Attempt, Shown, shown

MOST = 100


def webhook_as_json(webhook: Webhook, now: datetime) -> dict[str, Any]:
    """Where it goes and how that stands; no secret."""
    about, endpoint = webhook
    return {
        "subscriber_id": str(about.subscriber_id),
        "is_paused": about.is_paused,
        "url": endpoint.url if endpoint else None,
        "state": endpoint.state if endpoint else "not_set",
        "because": endpoint.because if endpoint else None,
        "since": endpoint.changed_at.isoformat() if endpoint else None,
        "old_secret_until": _moment(endpoint.old_secret_until) if endpoint else None,
        "old_secrets_until": [one.until.isoformat() for one in endpoint.old_secrets_at(now)] if endpoint else [],
    }


def deliveries_of(edge: Edge, webhook: Webhook, before: int | None, most: int = MOST) -> list[Shown]:
    """The newest first, each with its attempts."""
    about = webhook.subscriber
    with edge.datastore.in_network(about.network_id) as connection:
        return shown(connection, about.subscriber_id, before=before, most=most)


def deliveries_as_json(deliveries: list[Shown], most: int = MOST) -> dict[str, Any]:
    """With the number to ask for older ones with, where there may be any."""
    older = {"before": deliveries[-1].sequence} if len(deliveries) == most else {}
    return {"deliveries": [_delivery(one) for one in deliveries], **older}


def _delivery(one: Shown) -> dict[str, Any]:
    return {
        "delivery_id": str(one.delivery_id),
        "kind": one.kind,
        "position": one.position,
        "queued_at": one.queued_at.isoformat(),
        "result": one.result or "waits",
        "settled_at": _moment(one.settled_at),
        "next_try_at": None if one.settled_at else one.next_try_at.isoformat(),
        "attempts": [_attempt(attempt) for attempt in one.attempts],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "tried_at": attempt.tried_at.isoformat(),
        "status": attempt.status,
        "failure": attempt.failure,
        "duration_ms": attempt.duration_ms,
        "answer_bytes": attempt.answer_bytes,
        "next_try_at": _moment(attempt.next_try_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
