"""Grant a subscriber what may be disclosed to it: which types of events, ids only or in full, for what, until when."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.actor import Role
from domain.decision import decides
from domain.event import EVENTS, Envelope, Event
from domain.order import NewId, Order
from domain.refusal import Refused
from domain.stream import change
from domain.subscriber.refusals import must_be_there
from domain.subscriber.subscriber import DisclosureGrant, Purpose, Subscriber, SubscriberEvent, evolve

NEVER_DISCLOSED = frozenset({"psychotherapy_note", "subscriber"})
"""Streams no grant opens: notes that are their author's alone (45 CFR 164.508(a)(2)), and who else subscribes."""


class NoSuchEventType(Refused):
    """There is no type of event {name}. Take names from the catalogue of events."""


class TypeIsNeverDisclosed(Refused):
    """Events of the type {name} leave the house under no grant. Leave it out."""


class GrantWouldBeOver(Refused):
    """The grant would end before it begins. Choose a later end, or none."""


class GrantDisclosure(Order):
    grant_id: NewId
    stored_names: tuple[str, ...] | None = Field(default=None, min_length=1, max_length=400)
    """Types of events, such as `PlanIssued`; all that may leave the house, where left out."""
    is_full: bool = False
    with_history: bool = False
    purpose: Purpose | None = None
    """What the subscriber was registered for, where left out."""
    until_at: AwareDatetime | None = None


class DisclosureGranted(SubscriberEvent, stored_as="DisclosureGranted"):
    """Compliance granted a subscriber what may be disclosed to it; an earlier grant ends with it."""

    grant_id: UUID
    purpose: Purpose
    stored_names: tuple[str, ...] | None
    is_full: bool
    with_history: bool
    until_at: datetime | None


@decides(Role.COMPLIANCE)
def grant_disclosure(subscriber: Subscriber, order: GrantDisclosure, *, now: datetime) -> list[Event]:
    """Give a grant, in place of the one before."""
    must_be_there(subscriber)
    if order.until_at is not None and order.until_at <= now:
        raise GrantWouldBeOver(field="until_at")
    for name in order.stored_names or ():
        _must_be_grantable(name)
    given = DisclosureGranted(
        grant_id=order.grant_id,
        purpose=order.purpose or subscriber.purpose,
        stored_names=None if order.stored_names is None else tuple(sorted(set(order.stored_names))),
        is_full=order.is_full,
        with_history=order.with_history,
        until_at=order.until_at,
    )
    held = subscriber.grant
    return [] if held is not None and _of(given) == held else [given]


def _must_be_grantable(name: str) -> None:
    kind = EVENTS.get(name)
    if kind is None:
        raise NoSuchEventType(field="stored_names", name=repr(name[:60])[1:-1])
    if kind.stream in NEVER_DISCLOSED:
        raise TypeIsNeverDisclosed(field="stored_names", name=name)


def _of(event: DisclosureGranted) -> DisclosureGrant:
    return DisclosureGrant(
        grant_id=event.grant_id,
        purpose=event.purpose,
        stored_names=None if event.stored_names is None else frozenset(event.stored_names),
        is_full=event.is_full,
        with_history=event.with_history,
        until_at=event.until_at,
    )


@evolve.register
def _(event: DisclosureGranted, subscriber: Subscriber, envelope: Envelope) -> Subscriber:
    return change(subscriber, grant=_of(event))
