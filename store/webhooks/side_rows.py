"""Rows that an event about a webhook brings into its own transaction."""

from typing import Any

from domain.event import Event

SideRow = tuple[str, dict[str, Any]]


def webhook_row(event: Event) -> SideRow | None:
    """The row of an event with the name of its kind; None where it brings none."""
    fields: Any = event
    match event.stored_as:
        case "WebhookSet":
            return "webhook", {name: getattr(fields, name) for name in type(event).model_fields}
        case "WebhookConfirmed":
            return "webhook_state", {"endpoint_id": fields.endpoint_id, "state": "confirmed", "because": None}
        case "WebhookDisabled":
            because = fields.because.value
            return "webhook_state", {"endpoint_id": fields.endpoint_id, "state": "disabled", "because": because}
        case "WebhookSecretRotated":
            return "webhook_secret", {"secret_id": fields.secret_id, "old_until": fields.old_secret_until}
    return None
