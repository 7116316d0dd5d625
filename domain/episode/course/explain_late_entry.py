"""Why something was entered late: the reason stands beside what was recorded, sealed like all free text."""

from domain.episode.episode import EpisodeEvent
from domain.event import Event
from domain.order import Order
from domain.sealed import Sealed


class LateEntryExplained(EpisodeEvent, stored_as="LateEntryExplained"):
    """The reason for the late entry that the same command recorded. Without effect: no decision reads it."""

    reason: Sealed[str]


def with_reason(events: list[Event], order: Order) -> list[Event]:
    """The events of a decision and, where its order says why it comes late, that reason; nothing to nothing."""
    if not events or order.late_reason is None:
        return events
    return [*events, LateEntryExplained(reason=order.late_reason)]
