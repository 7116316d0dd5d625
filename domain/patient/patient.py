"""A patient's identity: sealed, apart from the reference and whether they are of age."""

from dataclasses import dataclass
from functools import singledispatch
from typing import Any
from uuid import UUID

from domain.event import Envelope, Event
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


@singledispatch
def evolve(event: Any, patient: Patient, envelope: Envelope) -> Patient:
    """What an event changes. Effects are total; an event without one changes nothing a decision reads."""
    return patient


PATIENT: Stream[Patient] = Stream("patient", Patient(), evolve, lambda state, event: SUBJECT)
