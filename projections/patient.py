"""Who an episode is about, as every row names them: still sealed."""

from typing import NamedTuple
from uuid import UUID

from domain.sealed import Sealed
from projections.glance import Glance


class Patient(NamedTuple):
    episode_id: UUID
    patient_id: UUID | None
    reference: str
    name: Sealed[str] | None
    birth_date: Sealed[str] | None


def patient_of(glance: Glance) -> Patient:
    """The patient of a glance."""
    case = glance.case
    return Patient(case.episode_id, case.patient_id, case.reference, glance.name, glance.birth_date)
