"""Rows that an event about a webhook brings into its own transaction, a fresh secret where it names one."""

from typing import Any
from uuid import UUID

from domain.event import Event
from store.key_file import KeyEncryptionKey
from store.webhooks.secrets import sealed_secret

SideRow = tuple[str, dict[str, Any]]


def webhook_rows(event: Event, kek: KeyEncryptionKey, *, network_id: UUID, subscriber_id: UUID) -> list[SideRow]:
    """The rows of an event, each with the name of its kind; none for most."""
    fields: Any = event

    def secret() -> SideRow:
        kek_id, wrapped = sealed_secret(
            kek, secret_id=fields.secret_id, network_id=network_id, subscriber_id=subscriber_id
        )
        return "webhook_sealed", {"secret_id": fields.secret_id, "kek_id": kek_id, "wrapped": wrapped.hex()}

    match event.stored_as:
        case "WebhookSet":
            return [("webhook", {name: getattr(fields, name) for name in type(event).model_fields}), secret()]
        case "WebhookConfirmed":
            return [("webhook_state", {"endpoint_id": fields.endpoint_id, "state": "confirmed", "because": None})]
        case "WebhookDisabled":
            because = fields.because.value
            return [("webhook_state", {"endpoint_id": fields.endpoint_id, "state": "disabled", "because": because})]
        case "WebhookSecretRotated":
            return [
                ("webhook_secret", {"secret_id": fields.secret_id, "old_until": fields.old_secret_until}),
                secret(),
            ]
    return []
