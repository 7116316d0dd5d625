"""Withdraw what was granted: from the next request on nothing is disclosed."""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.stream import change
from domain.subscriber.refusals import must_be_there
from domain.subscriber.subscriber import Subscriber, SubscriberEvent, evolve


class WithdrawGrant(Order):
    pass


class GrantWithdrawn(SubscriberEvent, stored_as="GrantWithdrawn"):
    """A grant was withdrawn; nothing is disclosed under it any more."""

    grant_id: UUID


@decides(Role.COMPLIANCE, Role.SYSTEM)
def withdraw_grant(subscriber: Subscriber, order: WithdrawGrant) -> list[Event]:
    """Withdraw the grant in force."""
    must_be_there(subscriber)
    return [] if subscriber.grant is None else [GrantWithdrawn(grant_id=subscriber.grant.grant_id)]


@evolve.register
def _(event: GrantWithdrawn, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    return change(subscriber, grant=None)
