"""Where a subscriber's events are posted: its address, whether the receiver agreed, and which secrets sign."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.refusal import Refused


class EndpointState(StrEnum):
    UNCONFIRMED = "unconfirmed"
    """Asked whether it holds the secret; nothing else is posted."""
    CONFIRMED = "confirmed"
    DISABLED = "disabled"


class DisabledBecause(StrEnum):
    """Why nothing is posted any more. Setting the address again begins anew."""

    GONE = "gone"
    """The receiver answered 410."""
    FAILING = "failing"
    """The last of all tries failed."""
    UNANSWERED = "unanswered"
    """It never proved that it holds the secret."""
    BY_HAND = "by_hand"


class NoEndpointIsSet(Refused):
    """This subscriber has no webhook address. Set one first."""


class TakesNoWebhooks(Refused):
    """This subscriber was registered for another way than webhooks. Register one for webhooks."""


@dataclass(frozen=True)
class WebhookEndpoint:
    endpoint_id: UUID
    """New with every setting, so that a late answer about an earlier one changes nothing."""
    url: str
    is_local: bool
    secret_id: UUID
    state: EndpointState = EndpointState.UNCONFIRMED
    old_secret_id: UUID | None = None
    old_secrets_until: tuple[datetime, ...] = ()
    """Until when each of those before the secret signs, too."""
