"""What opens the way to a dose is signed now: nobody opens a gate for a time that has passed."""

from datetime import datetime, timedelta

from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused


class ASignatureIsNotBackdated(Refused):
    """A release, a review or an override is signed now, never for a time that has passed. Leave out when it was."""


def require_signed_now(order: Order, now: datetime, protocol: Protocol) -> None:
    """Refuse an order that names an earlier moment; clocks may differ a little."""
    if order.happened_at(now) < now - timedelta(minutes=protocol.numbers.clock_skew_minutes.value):
        raise ASignatureIsNotBackdated(field="occurred_at")
