"""Suspend a clinician: they may neither decide nor read until reinstated."""

from domain.actor import Role
from domain.clinician.clinician import Clinician, ClinicianEvent, evolve
from domain.clinician.refusals import ClinicianIsNotAdmitted
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.sealed import FreeText, Sealed
from domain.stream import change


class SuspendClinician(Order):
    reason: FreeText | None = None


class ClinicianSuspended(ClinicianEvent, stored_as="ClinicianSuspended"):
    """A clinician was suspended and may decide nothing until reinstated."""

    reason: Sealed[str] | None = None


@decides(Role.SYSTEM, Role.COORDINATOR, Role.COMPLIANCE)
def suspend_clinician(clinician: Clinician, order: SuspendClinician) -> list[Event]:
    """Suspend a clinician at once."""
    if clinician.clinician_id is None:
        raise ClinicianIsNotAdmitted
    if clinician.is_suspended:
        return []
    return [ClinicianSuspended(reason=order.reason)]


@evolve.register
def _(event: ClinicianSuspended, clinician: Clinician, envelope: Envelope) -> Clinician:
    return change(clinician, is_suspended=True)
