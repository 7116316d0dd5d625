"""Reporting an adverse event, at any time and also after discharge; a grave one stops dosing at once (rule 25)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.plan.suspend_plan import SuspendedBecause, suspensions
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import AdverseEvent, HoldReason, is_grave
from domain.episode.session.which_session import session_of
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class AdverseEventTerm(StrEnum):
    """What happened. Dissociation within the session is an effect, not an event; lasting beyond release it is one."""

    NAUSEA = "nausea"
    VOMITING = "vomiting"
    DIZZINESS = "dizziness"
    DOUBLE_VISION = "double_vision"
    SEDATION = "sedation"
    PROLONGED_DISSOCIATION = "prolonged_dissociation"
    DYSPHORIA = "dysphoria"
    ANXIETY = "anxiety"
    CONFUSION = "confusion"
    HEADACHE = "headache"
    HYPERTENSION = "hypertension"
    TACHYCARDIA = "tachycardia"
    RESPIRATORY_DEPRESSION = "respiratory_depression"
    LOSS_OF_CONSCIOUSNESS = "loss_of_consciousness"
    FALL_OR_INJURY = "fall_or_injury"
    URINARY_SYMPTOMS = "urinary_symptoms"
    SUICIDAL_THOUGHTS = "suicidal_thoughts"
    SUICIDE_ATTEMPT = "suicide_attempt"
    MANIA_OR_PSYCHOSIS = "mania_or_psychosis"
    TOUCH_CONCERN = "touch_concern"
    MISUSE = "misuse"
    DOSING_ERROR = "dosing_error"
    CONNECTION_LOST = "connection_lost"
    OTHER = "other"


SUICIDAL = frozenset({AdverseEventTerm.SUICIDAL_THOUGHTS, AdverseEventTerm.SUICIDE_ATTEMPT})
"""They hold dosing whatever their grade, as an answer to a questionnaire does: a screening and a review follow."""


class AdverseEventReported(EpisodeEvent, stored_as="AdverseEventReported", happened_in="happened_at"):
    """An adverse event was reported.

    `grade` 1 mild, 2 moderate, 3 severe, 4 life-threatening, 5 death; `serious` in the regulatory sense.
    """

    adverse_event_id: UUID
    term: AdverseEventTerm
    grade: int
    serious: bool
    happened_at: datetime
    session_id: UUID | None = None
    note: Sealed[str] | None = None


class ReportAdverseEvent(Order):
    adverse_event_id: NewId
    term: AdverseEventTerm
    grade: int = Field(ge=1, le=5)
    serious: bool
    session_id: UUID | None = None
    note: FreeText | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def report_adverse_event(episode: Episode, order: ReportAdverseEvent, *, now: datetime) -> list[Event]:
    """Report an adverse event. Suicidal thoughts and acts wait for a safety review whatever their grade (rule 21)."""
    if order.adverse_event_id in episode.adverse_events:
        return []
    if order.session_id is not None:
        session_of(episode, order.session_id)
    reported = AdverseEventReported(
        adverse_event_id=order.adverse_event_id,
        term=order.term,
        grade=order.grade,
        serious=order.serious,
        happened_at=order.happened_at(now),
        session_id=order.session_id,
        note=order.note,
    )
    said = [hold_because(HoldReason.SUICIDAL_THOUGHTS, order.adverse_event_id)] if order.term in SUICIDAL else []
    if not is_grave(order.grade, serious=order.serious):
        return [reported, *said]
    hold = hold_because(HoldReason.ADVERSE_EVENT, order.adverse_event_id, order.session_id)
    return [reported, hold, *said, *suspensions(episode, SuspendedBecause.ADVERSE_EVENT)]


@evolve.register
def _(event: AdverseEventReported, episode: Episode, envelope: Envelope) -> Episode:
    reported = AdverseEvent(
        entry_id=envelope.event_id,
        adverse_event_id=event.adverse_event_id,
        term=event.term,
        grade=event.grade,
        serious=event.serious,
        happened_at=event.happened_at,
        known_at=envelope.recorded_at,
    )
    return change(episode, adverse_events=put(episode.adverse_events, event.adverse_event_id, reported))
