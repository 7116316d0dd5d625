"""Place a legal hold on a patient's record: nothing is erased while it stands, whatever was proposed."""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.patient.erasure import LegalHold
from domain.patient.patient import Patient, PatientEvent, evolve
from domain.patient.refusals import must_be_registered
from domain.sealed import FreeText, Sealed
from domain.sensitivity import Sensitivity
from domain.stream import change, put


class PlaceLegalHold(Order):
    hold_id: NewId
    reason: FreeText
    """Which dispute, and who asked for it."""


class LegalHoldPlaced(PatientEvent, stored_as="LegalHoldPlaced", sensitivity=Sensitivity.DISCLOSURE):
    """A patient's record was put under a legal hold."""

    hold_id: UUID
    reason: Sealed[str]


@decides(Role.COMPLIANCE)
def place_legal_hold(patient: Patient, order: PlaceLegalHold) -> list[Event]:
    """Keep the record. Several may stand at once, one for each dispute; one person is enough: it harms nobody."""
    must_be_registered(patient)
    if order.hold_id in patient.legal_holds or order.hold_id in patient.legal_holds_lifted:
        return []
    return [LegalHoldPlaced(hold_id=order.hold_id, reason=order.reason)]


@evolve.register
def _(event: LegalHoldPlaced, patient: Patient, envelope: Envelope) -> Patient:
    hold = LegalHold(event.hold_id, envelope.actor_id, envelope.recorded_at)
    return change(patient, legal_holds=put(patient.legal_holds, event.hold_id, hold))
