"""Lift a legal hold: the record may be erased again, by two other acts."""

from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.patient.patient import Patient, PatientEvent, evolve
from domain.patient.refusals import must_be_registered
from domain.refusal import Refused, SignInAgain
from domain.sealed import FreeText, Sealed
from domain.sensitivity import Sensitivity
from domain.stream import change, drop


class NoSuchLegalHold(Refused):
    """There is no such legal hold on this record."""


class SignInAgainToLift(SignInAgain):
    """A legal hold is lifted in person. Confirm who you are, then sign it again."""


class LiftLegalHold(Order):
    hold_id: UUID
    reason: FreeText


class LegalHoldLifted(PatientEvent, stored_as="LegalHoldLifted", sensitivity=Sensitivity.DISCLOSURE):
    """A legal hold on a patient's record was lifted."""

    hold_id: UUID
    reason: Sealed[str]


@decides(Role.COMPLIANCE)
def lift_legal_hold(patient: Patient, order: LiftLegalHold, *, by: Actor) -> list[Event]:
    """Lift one of them; the others stand."""
    must_be_registered(patient)
    if order.hold_id in patient.legal_holds_lifted:
        return []
    if order.hold_id not in patient.legal_holds:
        raise NoSuchLegalHold
    if not by.reauthenticated:
        raise SignInAgainToLift
    return [LegalHoldLifted(hold_id=order.hold_id, reason=order.reason)]


@evolve.register
def _(event: LegalHoldLifted, patient: Patient, envelope: Envelope) -> Patient:
    return change(
        patient,
        legal_holds=drop(patient.legal_holds, event.hold_id),
        legal_holds_lifted=patient.legal_holds_lifted | {event.hold_id},
    )
