"""Why something was entered late: the reason stands beside what was recorded, sealed like all free text."""

from collections.abc import Callable
from datetime import datetime, timedelta

from domain.actor import Actor, Role
from domain.episode.episode import EpisodeEvent
from domain.event import Event
from domain.order import Order
from domain.protocol.numbers import Numbers
from domain.refusal import Refused
from domain.sealed import Sealed

STOPPING = frozenset({"declare_emergency", "place_hold", "end_dosing_session"})
"""Open in every state with no other field filled: emergency outranks documentation."""


class LateEntryNeedsReason(Refused):
    """This happened more than {minutes} min before now. Say why it is entered late; then it is recorded."""

    rule = "29"


class LateEntryExplained(EpisodeEvent, stored_as="LateEntryExplained"):
    """The reason for the late entry that the same command recorded. Without effect: no decision reads it."""

    reason: Sealed[str]


def require_reason(name: str, order: Order, by: Actor, now: datetime, numbers: Callable[[], Numbers]) -> None:
    """Ask a person who names an earlier time why it is entered late; once said, nothing else stands in the way.

    Times of a fact's own, such as when a dose was taken or a questionnaire answered, are not asked about: what comes
    late by them is listed. Nor are machines and patients. `numbers` are asked for only where it matters.
    """
    is_told = order.occurred_at is None or order.late_reason is not None or name in STOPPING
    if is_told or order.occurred_at is None or by.has(Role.SYSTEM, Role.PATIENT):
        return
    minutes = numbers().late_entry_minutes.value
    if now - order.occurred_at > timedelta(minutes=minutes):
        raise LateEntryNeedsReason(field="late_reason", minutes=minutes)


def with_reason(events: list[Event], order: Order) -> list[Event]:
    """The events of a decision and, where its order says why it comes late, that reason; nothing to nothing."""
    if not events or order.late_reason is None:
        return events
    return [*events, LateEntryExplained(reason=order.late_reason)]
