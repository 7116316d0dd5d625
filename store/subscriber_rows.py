"""Rows that an event about a subscriber brings into its own transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.event import Event
from store.key_file import KeyEncryptionKey
from store.webhooks.side_rows import webhook_rows

SideRow = tuple[str, dict[str, Any]]


def subscriber_rows(
    events: Sequence[Event], kek: KeyEncryptionKey, *, network_id: UUID, stream_id: UUID
) -> list[SideRow]:
    """The rows of these events, each with the name of its kind."""
    of_events = [row for event in events if (row := _row_of(event)) is not None]
    of_webhooks = (webhook_rows(event, kek, network_id=network_id, subscriber_id=stream_id) for event in events)
    return [*of_events, *(row for rows in of_webhooks for row in rows)]


def _row_of(event: Event) -> SideRow | None:
    fields: Any = event
    match event.stored_as:
        case "SubscriberRegistered":
            return "subscriber", {"title": fields.title, "way": fields.way}
        case "DisclosureGranted":
            return "grant", {name: getattr(fields, name) for name in type(event).model_fields}
        case "GrantWithdrawn":
            return "grant_withdrawn", {"grant_id": fields.grant_id}
        case "KeyIssued":
            return "key", {"key_id": fields.key_id, "scopes": fields.scopes, "expires_at": fields.expires_at}
        case "KeyRevoked":
            return "key_revoked", {"key_id": fields.key_id}
        case "SubscriberPaused" | "SubscriberResumed":
            return "subscriber_paused", {"is_paused": event.stored_as == "SubscriberPaused"}
        case "SubscriberEnded":
            return "subscriber_ended", {}
    return None
