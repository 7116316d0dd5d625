"""Record a training that a clinician completed."""

from datetime import date, datetime

from pydantic import Field

from domain.actor import Role
from domain.clinician.clinician import Clinician, ClinicianEvent, evolve
from domain.clinician.refusals import ClinicianIsNotAdmitted
from domain.days import day_of
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change, put


class TrainingIsNotCompletedYet(Refused):
    """{completed_on} is in the future. Record the training once it is completed."""


class CompleteTraining(Order):
    course: str = Field(pattern=r"^[a-z][a-z0-9-]{1,60}$")
    course_version: str = Field(pattern=r"^[a-z0-9.-]{1,20}$")
    completed_on: date
    is_grandfathered: bool = False
    """Completed under rules of its time that still count, whichever versions the protocol accepts now."""


class TrainingCompleted(ClinicianEvent, stored_as="TrainingCompleted"):
    """A clinician completed a course of training, in a version of it."""

    course: str
    course_version: str
    completed_on: date
    is_grandfathered: bool = False


@decides(Role.SYSTEM, Role.COORDINATOR)
def complete_training(clinician: Clinician, order: CompleteTraining, *, network: Network, now: datetime) -> list[Event]:
    """Record a completed course by version; an older completion of the same version stays as it is (rule 18)."""
    if clinician.clinician_id is None:
        raise ClinicianIsNotAdmitted
    if order.completed_on > day_of(now, network.zone):
        raise TrainingIsNotCompletedYet(field="completed_on", completed_on=order.completed_on)
    is_kept = not order.is_grandfathered or order.course in clinician.grandfathered
    if (order.course, order.course_version) in clinician.trainings and is_kept:
        return []
    return [
        TrainingCompleted(
            course=order.course,
            course_version=order.course_version,
            completed_on=order.completed_on,
            is_grandfathered=order.is_grandfathered,
        )
    ]


@evolve.register
def _(event: TrainingCompleted, clinician: Clinician, envelope: Envelope) -> Clinician:
    key = (event.course, event.course_version)
    completed_on = clinician.trainings.get(key, event.completed_on)
    kept = clinician.grandfathered | {event.course} if event.is_grandfathered else clinician.grandfathered
    return change(clinician, trainings=put(clinician.trainings, key, completed_on), grandfathered=kept)
