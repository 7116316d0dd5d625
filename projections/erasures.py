"""Erasures of a network: patients of whom one is proposed or done, and records under a legal hold."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection, sql

from domain.event import Envelope
from domain.patient.call_off_erasure import ErasureCalledOff
from domain.patient.confirm_erasure import PatientErased
from domain.patient.erasure import LegalBasis
from domain.patient.lift_legal_hold import LegalHoldLifted
from domain.patient.place_legal_hold import LegalHoldPlaced
from domain.patient.propose_erasure import ErasureProposed
from domain.patient.register_patient import PatientRegistered
from domain.stream import change
from projections.engine.query import read_rows, table_in
from projections.engine.read_model import ReadModel
from projections.engine.table import Table


@dataclass(frozen=True)
class HoldKept:
    """A legal hold that stands, who placed it, and when."""

    hold_id: UUID
    placed_by: UUID
    placed_at: datetime


@dataclass(frozen=True)
class RecordKept:
    """How one patient's record stands. Every patient has a row, so that a reference finds them."""

    patient_id: UUID
    network_id: UUID
    reference: str
    legal_basis: LegalBasis | None = None
    proposed_by: UUID | None = None
    proposed_at: datetime | None = None
    confirmable_from: datetime | None = None
    confirmed_by: UUID | None = None
    erased_at: datetime | None = None
    held_since: datetime | None = None
    """Since when the first of the legal holds stands."""
    legal_holds: tuple[HoldKept, ...] = ()


records: Table[RecordKept] = Table("erasures", RecordKept, key=("patient_id",))
ERASURES = ReadModel("erasures", 2, (records,), per_episode=True)


@records.on(PatientRegistered)
def _(event: PatientRegistered, envelope: Envelope, row: RecordKept | None) -> RecordKept:
    return row or RecordKept(envelope.stream_id, envelope.network_id, event.reference)


@records.on(ErasureProposed)
def _(event: ErasureProposed, envelope: Envelope, row: RecordKept | None) -> RecordKept | None:
    return row and change(
        row,
        legal_basis=event.legal_basis,
        proposed_by=envelope.actor_id,
        proposed_at=envelope.recorded_at,
        confirmable_from=event.confirmable_from,
    )


@records.on(ErasureCalledOff)
def _(event: ErasureCalledOff, envelope: Envelope, row: RecordKept | None) -> RecordKept | None:
    return row and change(row, legal_basis=None, proposed_by=None, proposed_at=None, confirmable_from=None)


@records.on(PatientErased)
def _(event: PatientErased, envelope: Envelope, row: RecordKept | None) -> RecordKept | None:
    return row and change(
        row,
        legal_basis=event.legal_basis,
        proposed_by=event.proposed_by,
        confirmed_by=event.confirmed_by,
        erased_at=envelope.occurred_at,
    )


@records.on(LegalHoldPlaced)
def _(event: LegalHoldPlaced, envelope: Envelope, row: RecordKept | None) -> RecordKept | None:
    if row is None:
        return None
    placed = HoldKept(event.hold_id, envelope.actor_id, envelope.recorded_at)
    since = row.held_since or envelope.recorded_at
    return change(row, legal_holds=(*row.legal_holds, placed), held_since=since)


@records.on(LegalHoldLifted)
def _(event: LegalHoldLifted, envelope: Envelope, row: RecordKept | None) -> RecordKept | None:
    if row is None:
        return None
    left = tuple(hold for hold in row.legal_holds if hold.hold_id != event.hold_id)
    return change(row, legal_holds=left, held_since=min((hold.placed_at for hold in left), default=None))


LISTED = "network_id = %(network_id)s AND (proposed_at IS NOT NULL OR erased_at IS NOT NULL OR held_since IS NOT NULL)"
WAITING_FIRST = """
    erased_at IS NOT NULL, proposed_at IS NULL, coalesce(erased_at, proposed_at, held_since) DESC, patient_id
     LIMIT %(most)s
"""


class RecordsListed(NamedTuple):
    """The first of a list, and of how many records they are."""

    rows: list[RecordKept]
    of: int


def records_listed(connection: Connection[Any], network_id: UUID, *, most: int) -> RecordsListed:
    """Of whom an erasure is proposed or done, or whose record is under a hold; what waits first, then the latest."""
    asked = {"network_id": network_id, "most": most}
    rows = read_rows(connection, ERASURES, records, LISTED, asked, order_by=WAITING_FIRST)
    count = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(table_in(ERASURES, records), sql.SQL(LISTED))
    found = connection.execute(count, asked).fetchone()
    return RecordsListed(rows, int(found[0]) if found else 0)


def record_of(connection: Connection[Any], network_id: UUID, reference: str) -> RecordKept | None:
    """The record that goes by a reference."""
    asked = {"network_id": network_id, "reference": reference.strip().upper()}
    where = "network_id = %(network_id)s AND reference = %(reference)s"
    return next(iter(read_rows(connection, ERASURES, records, where, asked)), None)
