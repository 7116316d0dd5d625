"""Ask another physician for medical clearance."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.eligibility.eligibility import Clearance
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import NewId, Order
from domain.refusal import Refused
from domain.stream import change, put


class Specialty(StrEnum):
    PRIMARY_CARE = "primary care"
    CARDIOLOGY = "cardiology"
    NEUROLOGY = "neurology"
    OPHTHALMOLOGY = "ophthalmology"
    PULMONOLOGY = "pulmonology"
    UROLOGY = "urology"
    HEPATOLOGY = "hepatology"
    ENDOCRINOLOGY = "endocrinology"
    OBSTETRICS = "obstetrics"
    PSYCHIATRY = "psychiatry"
    ADDICTION_MEDICINE = "addiction medicine"
    ANAESTHESIOLOGY = "anaesthesiology"
    OTHER = "other"


class ClearanceWouldBeOverdue(Refused):
    """The clearance would be due in the past. Choose a day ahead, or leave it out."""


class RequestClearance(Order):
    clearance_id: NewId
    specialty: Specialty
    due_on: date | None = None


class MedicalClearanceRequested(EpisodeEvent, stored_as="MedicalClearanceRequested"):
    """Clearance by another specialty was asked for; until it comes no dose."""

    clearance_id: UUID
    specialty: Specialty
    due_on: date | None = None


@decides(Role.PRESCRIBER)
def request_clearance(episode: Episode, order: RequestClearance, *, network: Network, now: datetime) -> list[Event]:
    """Ask for medical clearance; while it is open the patient is not cleared for a dose (rule 2)."""
    require_open_episode(episode)
    if order.clearance_id in episode.clearances:
        return []
    if order.due_on is not None and order.due_on < day_of(order.happened_at(now), network.zone):
        raise ClearanceWouldBeOverdue(field="due_on")
    return [MedicalClearanceRequested(clearance_id=order.clearance_id, specialty=order.specialty, due_on=order.due_on)]


@evolve.register
def _(event: MedicalClearanceRequested, episode: Episode, envelope: Envelope) -> Episode:
    clearance = Clearance(
        entry_id=envelope.event_id,
        clearance_id=event.clearance_id,
        specialty=event.specialty.value,
        due_on=event.due_on,
        requested_at=envelope.occurred_at,
        requested_in=envelope.version,
    )
    return change(episode, clearances=put(episode.clearances, event.clearance_id, clearance))
