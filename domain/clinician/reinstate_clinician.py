"""Reinstate a suspended clinician."""

from domain.actor import Role
from domain.clinician.clinician import Clinician, ClinicianEvent, evolve
from domain.clinician.refusals import ClinicianIsNotAdmitted
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.stream import change


class ReinstateClinician(Order):
    """Nothing more is asked."""


class ClinicianReinstated(ClinicianEvent, stored_as="ClinicianReinstated"):
    """The suspension ended."""


@decides(Role.SYSTEM, Role.COMPLIANCE)
def reinstate_clinician(clinician: Clinician, order: ReinstateClinician) -> list[Event]:
    """End a suspension. Licences and training count as they stand."""
    if clinician.clinician_id is None:
        raise ClinicianIsNotAdmitted
    return [ClinicianReinstated()] if clinician.is_suspended else []


@evolve.register
def _(event: ClinicianReinstated, clinician: Clinician, envelope: Envelope) -> Clinician:
    return change(clinician, is_suspended=False)
