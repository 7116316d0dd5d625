"""The patients of a list: a name and birth date as last corrected, so that each correction reaches every episode."""

from dataclasses import dataclass
from uuid import UUID

from domain.event import Envelope
from domain.patient.correct_patient_details import PatientDetailsCorrected
from domain.patient.register_patient import PatientRegistered
from domain.sealed import Sealed
from domain.stream import change
from projections.engine.table import Table


@dataclass(frozen=True)
class PatientRow:
    """A patient's name and birth date as last corrected, sealed."""

    patient_id: UUID
    network_id: UUID
    name: Sealed[str]
    birth_date: Sealed[str]


def patient_table() -> Table[PatientRow]:
    """The patients of one read model, so that a corrected name reaches every episode at once."""
    table: Table[PatientRow] = Table("patient", PatientRow, key=("patient_id",))
    table.on(PatientRegistered)(_registered)
    table.on(PatientDetailsCorrected)(_corrected)
    return table


def _registered(event: PatientRegistered, envelope: Envelope, _: PatientRow | None) -> PatientRow:
    return PatientRow(envelope.stream_id, envelope.network_id, event.name, event.birth_date)


def _corrected(event: PatientDetailsCorrected, envelope: Envelope, row: PatientRow | None) -> PatientRow | None:
    return row and change(row, name=event.name or row.name, birth_date=event.birth_date or row.birth_date)
