"""The list of the erased: a file beside the database, so that an erasure outlives a database brought back from before.

A copy of before holds the wrapped key of whoever was erased since, and knows nothing of the erasure. The list holds
ids, a code and a time, nothing that says who anybody was. It is written from the log and, after a restore, read back.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from psycopg import Connection
from psycopg.rows import class_row
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from domain.patient.confirm_erasure import PatientErased
from domain.patient.erasure import LegalBasis

IN_THE_LOG = """
    SELECT e.network_id, e.stream_id AS patient_id, e.payload, e.occurred_at
      FROM data_keys AS k
      JOIN events AS e ON e.stream_id = k.person_id AND e.network_id = k.network_id
     WHERE k.destroyed_at IS NOT NULL
       AND e.stream_type = 'patient'
       AND e.topic = 'PatientErased'
     ORDER BY e.position
"""
DESTROY = """
    UPDATE data_keys
       SET wrapped = NULL, kek_id = NULL, destroyed_at = %(erased_at)s
     WHERE network_id = %(network_id)s AND person_id = %(patient_id)s AND destroyed_at IS NULL
"""
BESIDE = (
    "DELETE FROM patient_search WHERE network_id = %(network_id)s AND patient_id = %(patient_id)s",
    "UPDATE check_in_link SET ended_at = clock_timestamp(), draft = NULL"
    " WHERE network_id = %(network_id)s AND patient_id = %(patient_id)s AND ended_at IS NULL",
    "DELETE FROM document_draft WHERE network_id = %(network_id)s AND patient_id = %(patient_id)s",
)


class ErasedListIsDamaged(Exception):
    """The list of the erased cannot be read; put back the file as it was. Nothing was done by it."""


class Erased(BaseModel):
    """One erasure, as two people decided it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    network_id: UUID
    patient_id: UUID
    erasure_id: UUID
    legal_basis: LegalBasis
    proposed_by: UUID
    confirmed_by: UUID
    erased_at: AwareDatetime


class _Row(BaseModel):
    network_id: UUID
    patient_id: UUID
    payload: bytes
    occurred_at: datetime


def erased_in(connection: Connection[Any]) -> list[Erased]:
    """Every erasure that the log tells of. For the work role: all networks."""
    rows = connection.cursor(row_factory=class_row(_Row)).execute(IN_THE_LOG).fetchall()
    return [_erased(row) for row in rows]


def _erased(row: _Row) -> Erased:
    event = PatientErased.model_validate_json(row.payload)
    return Erased(
        network_id=row.network_id,
        patient_id=row.patient_id,
        erasure_id=event.erasure_id,
        legal_basis=event.legal_basis,
        proposed_by=event.proposed_by,
        confirmed_by=event.confirmed_by,
        erased_at=row.occurred_at,
    )


def read_list(path: Path) -> list[Erased]:
    """What a list holds; nothing where there is none. The line that somebody was killed in is no line."""
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")[:-1]
    try:
        return [Erased.model_validate_json(line) for line in lines if line]
    except ValidationError as error:
        raise ErasedListIsDamaged(f"{ErasedListIsDamaged.__doc__} ({path})") from error


def add_to_list(path: Path, erased: Iterable[Erased]) -> int:
    """Write down those that are not there yet, durably; how many. One process at a time does this."""
    known = {(one.network_id, one.patient_id) for one in read_list(path)}
    new = [one for one in erased if (one.network_id, one.patient_id) not in known]
    if not new and path.exists():
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        if file.tell() and path.read_bytes()[-1:] != b"\n":
            os.ftruncate(descriptor, path.read_bytes().rfind(b"\n") + 1)  # the half of a line
        file.writelines(orjson.dumps(one.model_dump(mode="json")) + b"\n" for one in new)
        file.flush()
        os.fsync(descriptor)
    return len(new)


def destroy_again(connection: Connection[Any], erased: Sequence[Erased]) -> int:
    """Destroy the keys of those who are listed, in a database that was brought back; how many were there.

    For whoever may pass the walls. That it happened is recorded afterwards, by `erase_again`.
    """
    destroyed = 0
    for one in erased:
        about = one.model_dump()
        destroyed += connection.execute(DESTROY, about).rowcount
        for statement in BESIDE:
            connection.execute(statement.encode(), about)
    return destroyed
