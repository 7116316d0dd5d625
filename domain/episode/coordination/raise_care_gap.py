"""Something is missing in a patient's care, by when it has to be mended."""

from datetime import date, datetime
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.coordination.coordination import CareGap, CareGapKind
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class CareGapRaised(EpisodeEvent, stored_as="CareGapRaised"):
    """Something stands in the way of care and is to be mended by a day."""

    gap_id: UUID
    kind: CareGapKind
    due_on: date
    note: Sealed[str] | None = None


class RaiseCareGap(Order):
    gap_id: NewId
    kind: CareGapKind
    due_on: date
    note: FreeText | None = None


@decides(Role.COORDINATOR, Role.THERAPIST, Role.PRESCRIBER)
def raise_care_gap(episode: Episode, order: RaiseCareGap, *, now: datetime) -> list[Event]:
    """Raise a gap; coordination owes its mending until somebody closes it."""
    require_open_episode(episode)
    if order.gap_id in episode.care_gaps:
        return []
    return [CareGapRaised(gap_id=order.gap_id, kind=order.kind, due_on=order.due_on, note=order.note)]


@evolve.register
def _(event: CareGapRaised, episode: Episode, envelope: Envelope) -> Episode:
    gap = CareGap(envelope.event_id, event.gap_id, event.kind, event.due_on, envelope.occurred_at)
    return change(episode, care_gaps=put(episode.care_gaps, event.gap_id, gap))
