"""A gap in a patient's care has been mended, or cannot be."""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class CareGapIsUnknown(Refused):
    """There is no such gap in this episode. Choose one of those listed."""


class CareGapClosed(EpisodeEvent, stored_as="CareGapClosed"):
    """A gap in care was closed, mended or not."""

    gap_id: UUID
    is_mended: bool
    note: Sealed[str]


class CloseCareGap(Order):
    gap_id: UUID
    is_mended: bool
    note: FreeText


@decides(Role.COORDINATOR, Role.THERAPIST, Role.PRESCRIBER)
def close_care_gap(episode: Episode, order: CloseCareGap) -> list[Event]:
    """Say how a gap was mended, or why it stays."""
    gap = episode.care_gaps.get(order.gap_id)
    if gap is None:
        raise CareGapIsUnknown(field="gap_id")
    if gap.closed_at is not None:
        return []
    return [CareGapClosed(gap_id=order.gap_id, is_mended=order.is_mended, note=order.note)]


@evolve.register
def _(event: CareGapClosed, episode: Episode, envelope: Envelope) -> Episode:
    gap = episode.care_gaps.get(event.gap_id)
    if gap is None:
        return episode
    closed = change(gap, closed_at=envelope.occurred_at, close_entry_id=envelope.event_id)
    return change(episode, care_gaps=put(episode.care_gaps, event.gap_id, closed))
