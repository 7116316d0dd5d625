"""Discharging the patient: the course ends; its history stays, and what happens later can still be recorded."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.course.pause_episode import require_no_running_session
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.refusals import EpisodeIsNotOpen
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
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


class PatientDischarged(EpisodeEvent, stored_as="PatientDischarged"):
    """The patient may be referred again from now on."""

    patient_id: UUID
    reason: DischargeReason
    on: date
    note: Sealed[str] | None = None


class DischargePatient(Order):
    reason: DischargeReason
    on: date | None = None
    """Today, where left out."""
    note: FreeText | None = None


@decides(Role.PRESCRIBER, Role.THERAPIST)
def discharge_patient(episode: Episode, order: DischargePatient, *, network: Network, now: datetime) -> list[Event]:
    """End the course. Open holds and reviews do not stand in the way."""
    if episode.patient_id is None:
        raise EpisodeIsNotOpen
    if episode.closed_at is not None:
        return []
    require_no_running_session(episode)
    today = day_of(now, network.zone)
    if order.on is not None and order.on > today:
        raise DischargeIsInTheFuture(field="on", on=order.on)
    return [
        PatientDischarged(patient_id=episode.patient_id, reason=order.reason, on=order.on or today, note=order.note)
    ]


@evolve.register
def _(event: PatientDischarged, episode: Episode, envelope: Envelope) -> Episode:
    return change(episode, closed_at=envelope.occurred_at, close_entry_id=envelope.event_id)
