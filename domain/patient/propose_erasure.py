"""Propose to erase a patient: the first of two people, and the beginning of the time in which it can be called off."""

from datetime import datetime, timedelta
from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import NewId, Order
from domain.patient.erasure import ErasureProposal, LegalBasis
from domain.patient.patient import Patient, PatientEvent, evolve
from domain.patient.refusals import must_be_free_to_erase, must_be_meant, must_be_registered
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.sensitivity import Sensitivity
from domain.stream import change


class ErasureIsProposedAlready(Refused):
    """Somebody has proposed to erase this patient already. Confirm that proposal when its time has come, or call it
    off."""


class ProposeErasure(Order):
    erasure_id: NewId
    reference: str
    """The patient's, typed: so that nobody else's page is taken for theirs."""
    legal_basis: LegalBasis
    reason: FreeText


class ErasureProposed(PatientEvent, stored_as="ErasureProposed", sensitivity=Sensitivity.DISCLOSURE):
    """It was proposed to erase a patient. The reason goes with the patient; the legal basis stays."""

    erasure_id: UUID
    legal_basis: LegalBasis
    reason: Sealed[str]
    confirmable_from: datetime
    """By the terms that the network had then; later ones do not shorten it."""


@decides(Role.COMPLIANCE)
def propose_erasure(
    patient: Patient, order: ProposeErasure, *, by: Actor, has_open_episode: bool, network: Network, now: datetime
) -> list[Event]:
    """Propose it; nothing is erased before a second person confirms."""
    must_be_registered(patient)
    must_be_meant(patient, order.reference)
    proposed = patient.erasure_proposed
    if proposed is not None and proposed.erasure_id == order.erasure_id:
        return []
    if proposed is not None:
        raise ErasureIsProposedAlready
    must_be_free_to_erase(patient, has_open_episode)
    return [
        ErasureProposed(
            erasure_id=order.erasure_id,
            legal_basis=order.legal_basis,
            reason=order.reason,
            confirmable_from=now + timedelta(days=network.erasure_terms.waiting_days),
        )
    ]


@evolve.register
def _(event: ErasureProposed, patient: Patient, envelope: Envelope) -> Patient:
    proposal = ErasureProposal(
        erasure_id=event.erasure_id,
        legal_basis=event.legal_basis,
        proposed_by=envelope.actor_id,
        proposed_at=envelope.recorded_at,
        confirmable_from=event.confirmable_from,
    )
    return change(patient, erasure_proposed=proposal)
