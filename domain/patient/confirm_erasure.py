"""Confirm that a patient is erased: the second person, in person, after the time in which it could be called off."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.actor import Actor, Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.patient.erasure import LegalBasis
from domain.patient.patient import Patient, PatientEvent, evolve
from domain.patient.refusals import (
    NoErasureIsProposed,
    PatientIsNotRegistered,
    must_be_free_to_erase,
    must_be_meant,
    must_be_registered,
)
from domain.refusal import Refused, SignInAgain
from domain.stream import change


class ProposersDoNotConfirm(Refused):
    """You proposed this erasure. A second person of compliance confirms it."""


class ErasureHasToWait(Refused):
    """This erasure can be confirmed from {moment} on. Until then it can be called off."""


class SignInAgainToErase(SignInAgain):
    """Erasing is signed in person. Confirm who you are, then sign it again."""


class ConfirmErasure(Order):
    erasure_id: UUID
    reference: str
    """The patient's, typed once more."""


class EraseAgain(Order):
    """As the list of the erased has it, which outlives the database. `occurred_at` says when it was."""

    erasure_id: UUID
    legal_basis: LegalBasis
    proposed_by: UUID
    confirmed_by: UUID


class PatientErased(PatientEvent, stored_as="PatientErased"):
    """A patient was erased: what was written about them opens no more. Whoever holds copies learns it here."""

    erasure_id: UUID
    legal_basis: LegalBasis
    proposed_by: UUID
    confirmed_by: UUID
    is_repeated: bool = False
    """Done again on a database that was brought back from a copy of before."""


@decides(Role.COMPLIANCE)
def confirm_erasure(
    patient: Patient, order: ConfirmErasure, *, by: Actor, has_open_episode: bool, network: Network, now: datetime
) -> list[Event]:
    """Erase. It is done with the recording of this, in one transaction, and cannot be taken back."""
    if patient.erasure_id == order.erasure_id:
        return []
    must_be_registered(patient)
    must_be_meant(patient, order.reference)
    proposed = patient.erasure_proposed
    if proposed is None or proposed.erasure_id != order.erasure_id:
        raise NoErasureIsProposed
    if proposed.proposed_by == by.actor_id:
        raise ProposersDoNotConfirm
    must_be_free_to_erase(patient, has_open_episode)
    if now < proposed.confirmable_from:
        moment = f"{proposed.confirmable_from.astimezone(ZoneInfo(network.zone)):%Y-%m-%d %H:%M}, {network.zone}"
        raise ErasureHasToWait(moment=moment, missing=f"the time until {moment}")
    if not by.reauthenticated:
        raise SignInAgainToErase
    return [
        PatientErased(
            erasure_id=proposed.erasure_id,
            legal_basis=proposed.legal_basis,
            proposed_by=proposed.proposed_by,
            confirmed_by=by.actor_id,
        )
    ]


@decides(Role.SYSTEM)
def erase_again(patient: Patient, order: EraseAgain) -> list[Event]:
    """What two people have decided holds for a copy of before too, whatever stood open in it."""
    if patient.patient_id is None:
        raise PatientIsNotRegistered
    if patient.erased_at is not None:
        return []
    return [
        PatientErased(
            erasure_id=order.erasure_id,
            legal_basis=order.legal_basis,
            proposed_by=order.proposed_by,
            confirmed_by=order.confirmed_by,
            is_repeated=True,
        )
    ]


@evolve.register
def _(event: PatientErased, patient: Patient, envelope: Envelope) -> Patient:
    return change(
        patient,
        erased_at=envelope.occurred_at,
        erasure_id=event.erasure_id,
        erasure_proposed=None,
    )
