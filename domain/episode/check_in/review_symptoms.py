"""A clinician has looked at what the patient reported."""

from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class SymptomReportIsUnknown(Refused):
    """There is no such report of symptoms in this episode. Choose one from its timeline."""


class SymptomsReviewed(EpisodeEvent, stored_as="SymptomsReviewed"):
    """A clinician looked at what the patient reported."""

    report_id: UUID
    note: Sealed[str]
    """What was found and done."""


class ReviewSymptoms(Order):
    report_id: UUID
    note: FreeText


@decides(Role.THERAPIST, Role.PRESCRIBER)
def review_symptoms(episode: Episode, order: ReviewSymptoms, *, by: Actor) -> list[Event]:
    """Say what was found and done about a report; a prescriber may look again after a therapist did."""
    report = episode.symptom_reports.get(order.report_id)
    if report is None:
        raise SymptomReportIsUnknown(field="report_id")
    is_reviewed = report.reviewed_by_prescriber if by.has(Role.PRESCRIBER) else report.reviewed_at is not None
    return [] if is_reviewed else [SymptomsReviewed(report_id=order.report_id, note=order.note)]


@evolve.register
def _(event: SymptomsReviewed, episode: Episode, envelope: Envelope) -> Episode:
    report = episode.symptom_reports.get(event.report_id)
    if report is None:
        return episode
    reviewed = change(
        report,
        reviewed_at=envelope.occurred_at,
        review_entry_id=envelope.event_id,
        reviewed_by_prescriber=envelope.actor_role is Role.PRESCRIBER,
    )
    return change(episode, symptom_reports=put(episode.symptom_reports, event.report_id, reviewed))
