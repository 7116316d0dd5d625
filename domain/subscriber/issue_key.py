"""Issue a key: its id, what it opens and its expiry. The key itself is made and shown once outside the log."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.refusal import Refused
from domain.stream import change, put
from domain.subscriber.refusals import must_be_there
from domain.subscriber.subscriber import KeyScope, Subscriber, SubscriberEvent, SubscriberKey, evolve

LONGEST = timedelta(days=366)
MOST_KEYS = 5
"""Valid at once: enough to replace one while the other still works, few enough to know where each is."""


class ExpiryDoesNotFit(Refused):
    """A key expires within {days} days, and not in the past. Choose such a time."""


class TooManyKeys(Refused):
    """This subscriber has {most} valid keys. Revoke one that is no longer used first."""


class IssueKey(Order):
    key_id: NewId
    scopes: tuple[KeyScope, ...] = Field(default=tuple(KeyScope), min_length=1)
    expires_at: AwareDatetime | None = None
    """In a year, where left out."""


class KeyIssued(SubscriberEvent, stored_as="KeyIssued"):
    """A key was issued to a subscriber; the event names it and holds nothing that opens anything."""

    key_id: UUID
    scopes: tuple[KeyScope, ...]
    expires_at: datetime


@decides(Role.COORDINATOR, Role.COMPLIANCE, Role.SYSTEM)
def issue_key(subscriber: Subscriber, order: IssueKey, *, now: datetime) -> list[Event]:
    """Issue one more key."""
    must_be_there(subscriber)
    if order.key_id in subscriber.keys:
        return []
    expires_at = order.expires_at or now + timedelta(days=365)
    if not now < expires_at <= now + LONGEST:
        raise ExpiryDoesNotFit(field="expires_at", days=LONGEST.days)
    if len(subscriber.valid_keys(now)) >= MOST_KEYS:
        raise TooManyKeys(most=MOST_KEYS)
    return [KeyIssued(key_id=order.key_id, scopes=tuple(sorted(set(order.scopes))), expires_at=expires_at)]


@evolve.register
def _(event: KeyIssued, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    key = SubscriberKey(event.key_id, frozenset(event.scopes), event.expires_at)
    return change(subscriber, keys=put(subscriber.keys, event.key_id, key))
