"""Call off a proposed erasure: anybody of compliance may, also whoever proposed it, as long as it is not confirmed."""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.patient.patient import Patient, PatientEvent, evolve
from domain.patient.refusals import NoErasureIsProposed, must_be_registered
from domain.sealed import FreeText, Sealed
from domain.sensitivity import Sensitivity
from domain.stream import change


class CallOffErasure(Order):
    erasure_id: UUID
    reason: FreeText


class ErasureCalledOff(PatientEvent, stored_as="ErasureCalledOff", sensitivity=Sensitivity.DISCLOSURE):
    """A proposed erasure was called off; the patient's record stays as it is."""

    erasure_id: UUID
    reason: Sealed[str]


@decides(Role.COMPLIANCE)
def call_off_erasure(patient: Patient, order: CallOffErasure) -> list[Event]:
    """Call it off, for a reason."""
    must_be_registered(patient)
    if order.erasure_id in patient.erasures_called_off:
        return []
    if patient.erasure_proposed is None or patient.erasure_proposed.erasure_id != order.erasure_id:
        raise NoErasureIsProposed
    return [ErasureCalledOff(erasure_id=order.erasure_id, reason=order.reason)]


@evolve.register
def _(event: ErasureCalledOff, patient: Patient, envelope: Envelope) -> Patient:
    called_off = patient.erasures_called_off | {event.erasure_id}
    return change(patient, erasure_proposed=None, erasures_called_off=called_off)
