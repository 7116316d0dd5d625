"""A patient's identity: sealed, apart from the reference and whether they are of age."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch
from typing import Any
from uuid import UUID

from domain.event import Envelope, Event
from domain.patient.erasure import ErasureProposal, LegalHold
from domain.sealed import Sealed
from domain.stream import SUBJECT, Stream


class PatientEvent(Event):
    """Something about who a patient is."""

    stream = "patient"


@dataclass(frozen=True)
class Patient:
    patient_id: UUID | None = None
    network_id: UUID | None = None
    reference: str = ""
    is_adult: bool | None = None
    name: Sealed[str] | None = None
    birth_date: Sealed[str] | None = None
    contact: Sealed[str] | None = None
    erasure_proposed: ErasureProposal | None = None
    erasures_called_off: frozenset[UUID] = frozenset()
    legal_holds: Mapping[UUID, LegalHold] = field(default_factory=dict)
    """Those that stand."""
    legal_holds_lifted: frozenset[UUID] = frozenset()
    erased_at: datetime | None = None
    erasure_id: UUID | None = None


@singledispatch
def evolve(event: Any, patient: Patient, envelope: Envelope) -> Patient:
    """What an event changes. Effects are total; an event without one changes nothing a decision reads."""
    return patient


PATIENT: Stream[Patient] = Stream("patient", Patient(), evolve, lambda state, event: SUBJECT)
