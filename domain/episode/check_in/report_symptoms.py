"""What the patient says about their body and mind between sessions, most of all 24 to 72 h after a dose."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.actor import Role
from domain.decision import decides
from domain.derived import derived_id
from domain.episode.check_in.symptoms import Symptom, SymptomReport
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.intake.intake import UrinaryBaseline
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import HoldReason
from domain.episode.session.which_session import session_of
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class SymptomsReported(EpisodeEvent, stored_as="SymptomsReported", version=2, happened_in="reported_at"):
    """The patient reported how they are, between sessions or after a dose.

    None where a question was not asked or not answered, which is not no.
    """

    report_id: UUID
    reported_at: datetime
    session_id: UUID | None = None
    """The dosing session it is about."""
    symptoms: tuple[Symptom, ...] = ()
    urinary: UrinaryBaseline | None = None
    suicidal_thoughts: bool | None = None
    wants_call: bool = False
    note: Sealed[str] | None = None

    @classmethod
    def upcast(cls, payload: dict[str, Any], from_version: int) -> dict[str, Any]:
        """Version 1 knew answers on passing water as a whole only."""
        return payload


class ReportSymptoms(Order):
    report_id: NewId
    reported_at: AwareDatetime | None = None
    session_id: UUID | None = None
    symptoms: tuple[Symptom, ...] = Field(default=(), max_length=len(Symptom))
    urinary: UrinaryBaseline | None = None
    suicidal_thoughts: bool | None = None
    wants_call: bool = False
    note: FreeText | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def report_symptoms(episode: Episode, order: ReportSymptoms, *, now: datetime) -> list[Event]:
    """Record what the patient reports; suicidal thoughts hold dosing, everything else waits for a clinician."""
    if order.report_id in episode.symptom_reports:
        return []
    if order.session_id is not None:
        session_of(episode, order.session_id)
    reported = SymptomsReported(
        report_id=order.report_id,
        reported_at=order.reported_at or order.happened_at(now),
        session_id=order.session_id,
        symptoms=tuple(dict.fromkeys(order.symptoms)),
        urinary=order.urinary,
        suicidal_thoughts=order.suicidal_thoughts,
        wants_call=order.wants_call,
        note=order.note,
    )
    if not order.suicidal_thoughts:
        return [reported]
    return [reported, hold_because(HoldReason.SUICIDAL_THOUGHTS, order.report_id)]


def passing_water(urinary: UrinaryBaseline | None, at: datetime, cause: UUID) -> list[SymptomsReported]:
    """The answers about passing water that a consult or a check-in asked for; nothing where they were not."""
    if urinary is None:
        return []
    return [SymptomsReported(report_id=derived_id("urinary", cause, at), reported_at=at, urinary=urinary)]


@evolve.register
def _(event: SymptomsReported, episode: Episode, envelope: Envelope) -> Episode:
    report = SymptomReport(
        entry_id=envelope.event_id,
        report_id=event.report_id,
        reported_at=event.reported_at,
        session_id=event.session_id,
        symptoms=event.symptoms,
        urinary=event.urinary,
        suicidal_thoughts=event.suicidal_thoughts,
        wants_call=event.wants_call,
        known_in=envelope.version,
    )
    return change(episode, symptom_reports=put(episode.symptom_reports, event.report_id, report))
