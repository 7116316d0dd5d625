"""An adverse event reported in another episode of the patient: it stops dosing in this one too (rule 25)."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.plan.suspend_plan import SuspendedBecause, suspensions
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.report_adverse_event import AdverseEventTerm
from domain.episode.safety.safety import AdverseEvent, HoldReason
from domain.event import Envelope, Event
from domain.order import Order
from domain.stream import change, put


class AdverseEventCarriedOver(EpisodeEvent, stored_as="AdverseEventCarriedOver", happened_in="happened_at"):
    """An adverse event of another episode was taken over into this one.

    Reported in an earlier episode, before this one began or since. It has the same id there and here.
    """

    adverse_event_id: UUID
    reported_in: UUID
    """The episode in which it was reported."""
    term: AdverseEventTerm
    grade: int
    serious: bool
    happened_at: datetime


class CarryOverAdverseEvent(Order):
    adverse_event_id: UUID
    reported_in: UUID
    term: AdverseEventTerm
    grade: int = Field(ge=1, le=5)
    serious: bool


@decides(Role.SYSTEM)
def carry_over_adverse_event(episode: Episode, order: CarryOverAdverseEvent, *, now: datetime) -> list[Event]:
    """Take an adverse event over from another episode; a course that has ended, or is history only, needs none."""
    if episode.patient_id is None or episode.is_imported or episode.closed_at is not None:
        return []
    hold = hold_because(HoldReason.ADVERSE_EVENT, order.adverse_event_id)
    if order.adverse_event_id in episode.adverse_events or hold.hold_id in episode.holds:
        return []
    carried = AdverseEventCarriedOver(
        adverse_event_id=order.adverse_event_id,
        reported_in=order.reported_in,
        term=order.term,
        grade=order.grade,
        serious=order.serious,
        happened_at=order.happened_at(now),
    )
    return [carried, hold, *suspensions(episode, SuspendedBecause.ADVERSE_EVENT)]


def carried_over(event: AdverseEvent, reported_in: UUID) -> AdverseEventCarriedOver:
    """An adverse event of another episode, as it is recorded in this one."""
    return AdverseEventCarriedOver(
        adverse_event_id=event.adverse_event_id,
        reported_in=reported_in,
        term=AdverseEventTerm(event.term),
        grade=event.grade,
        serious=event.serious,
        happened_at=event.happened_at,
    )


@evolve.register
def _(event: AdverseEventCarriedOver, episode: Episode, envelope: Envelope) -> Episode:
    carried = AdverseEvent(
        entry_id=envelope.event_id,
        adverse_event_id=event.adverse_event_id,
        term=event.term,
        grade=event.grade,
        serious=event.serious,
        happened_at=event.happened_at,
    )
    return change(episode, adverse_events=put(episode.adverse_events, event.adverse_event_id, carried))
