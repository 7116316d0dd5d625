"""Discharging the patient: the course ends; its history stays, and what happens later can still be recorded."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.course.pause_episode import require_no_running_session
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.doses import any_dosed
from domain.episode.outcome.baseline import last_score
from domain.episode.refusals import EpisodeIsNotOpen
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change


class DischargeIsInTheFuture(Refused):
    """{on} is in the future. A discharge is recorded on its day or later."""


class DischargeReason(StrEnum):
    COMPLETED = "completed"
    PATIENT_CHOICE = "patient_choice"
    ADVERSE_EVENT = "adverse_event"
    NOT_ELIGIBLE = "not_eligible"
    LOST_TO_FOLLOW_UP = "lost_to_follow_up"
    TRANSFERRED = "transferred"
    DIED = "died"
    OPENED_IN_ERROR = "opened_in_error"


NO_VISIT = frozenset(
    {
        DischargeReason.NOT_ELIGIBLE,
        DischargeReason.LOST_TO_FOLLOW_UP,
        DischargeReason.TRANSFERRED,
        DischargeReason.DIED,
        DischargeReason.OPENED_IN_ERROR,
    }
)
"""Nobody to see, nothing taken, or seen elsewhere."""


class FinalScore(BaseModel):
    """The last score of an instrument, as it stood at discharge."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instrument: str
    total: int
    taken_on: date


class PatientDischarged(EpisodeEvent, stored_as="PatientDischarged"):
    """The patient was discharged, and the episode ended. The patient may be referred again from now on."""

    patient_id: UUID
    reason: DischargeReason
    on: date
    note: Sealed[str] | None = None
    final_scores: tuple[FinalScore, ...] = ()
    visit_due_on: date | None = None
    """By when the discharge visit is due; None where none is."""


class DischargePatient(Order):
    reason: DischargeReason
    on: date | None = None
    """Today, where left out."""
    note: FreeText | None = None


@decides(Role.PRESCRIBER, Role.THERAPIST)
def discharge_patient(
    episode: Episode, order: DischargePatient, *, network: Network, protocol: Protocol, now: datetime
) -> list[Event]:
    """End the course. Open holds and reviews do not stand in the way; a visit never held is still due (S:JC-FREQ)."""
    if episode.patient_id is None:
        raise EpisodeIsNotOpen
    if episode.closed_at is not None:
        return []
    require_no_running_session(episode)
    today = day_of(now, network.zone)
    if order.on is not None and order.on > today:
        raise DischargeIsInTheFuture(field="on", on=order.on)
    discharged_on = order.on or today
    return [
        PatientDischarged(
            patient_id=episode.patient_id,
            reason=order.reason,
            on=discharged_on,
            note=order.note,
            final_scores=_final_scores(episode, network.zone),
            visit_due_on=_visit_due_on(episode, order.reason, discharged_on, protocol, network.zone),
        )
    ]


def _final_scores(episode: Episode, zone: str) -> tuple[FinalScore, ...]:
    """The newest score of every instrument that was used."""
    newest = [last_score(episode, name) for name in dict.fromkeys(o.instrument for o in episode.outcomes.values())]
    return tuple(
        FinalScore(instrument=one.instrument, total=one.total, taken_on=day_of(one.taken_at, zone))
        for one in newest
        if one is not None and one.total is not None
    )


def _visit_due_on(
    episode: Episode, reason: DischargeReason, discharged_on: date, protocol: Protocol, zone: str
) -> date | None:
    """About a month after the intake, or after the days of grace where that has passed; a dose has to have been."""
    intake, numbers = episode.intake, protocol.numbers
    if reason in NO_VISIT or intake is None or episode.follow_ups or not any_dosed(episode):
        return None
    month = day_of(intake.completed_at, zone) + timedelta(days=numbers.follow_up_due_days.value)
    return max(month, discharged_on + timedelta(days=numbers.follow_up_grace_days.value))


@evolve.register
def _(event: PatientDischarged, episode: Episode, envelope: Envelope) -> Episode:
    return change(
        episode,
        closed_at=envelope.occurred_at,
        close_entry_id=envelope.event_id,
        closed_by_death=event.reason is DischargeReason.DIED,
        discharge_visit_due_on=event.visit_due_on,
    )
