"""Who works in the network: the people whose names stand in sentences, lists and the sign-in of a demonstration."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.actor import Role
from domain.clinician.admit_clinician import ClinicianAdmitted
from domain.clinician.record_licence import LicenceRecorded
from domain.clinician.reinstate_clinician import ClinicianReinstated
from domain.clinician.suspend_clinician import ClinicianSuspended
from domain.clinician.withdraw_licence import LicenceWithdrawn
from domain.event import Envelope
from domain.sealed import Sealed
from domain.stream import change
from projections.engine.query import read_rows
from projections.engine.read_model import ReadModel
from projections.engine.table import Table


class LicenceHeld(NamedTuple):
    """A licence as people have to know it: of which profession, where, and through which day."""

    profession_role: Role
    state: str
    last_day: date


@dataclass(frozen=True)
class Person:
    """One clinician, coordinator or compliance officer."""

    clinician_id: UUID
    network_id: UUID
    display_name: Sealed[str]
    roles: tuple[Role, ...]
    is_suspended: bool
    licences: tuple[LicenceHeld, ...] = ()


people: Table[Person] = Table("people", Person, key=("clinician_id",))
DIRECTORY = ReadModel("directory", 2, (people,), per_episode=True)


@people.on(ClinicianAdmitted)
def _(event: ClinicianAdmitted, envelope: Envelope, row: Person | None) -> Person:
    is_suspended, licences = (row.is_suspended, row.licences) if row else (False, ())
    return Person(envelope.stream_id, envelope.network_id, event.display_name, event.roles, is_suspended, licences)


@people.on(ClinicianSuspended)
def _(event: ClinicianSuspended, envelope: Envelope, row: Person | None) -> Person | None:
    return change(row, is_suspended=True) if row else None


@people.on(ClinicianReinstated)
def _(event: ClinicianReinstated, envelope: Envelope, row: Person | None) -> Person | None:
    return change(row, is_suspended=False) if row else None


@people.on(LicenceRecorded)
def _(event: LicenceRecorded, envelope: Envelope, row: Person | None) -> Person | None:
    held = LicenceHeld(event.profession_role, event.state, event.expires_on)
    return change(row, licences=_with(row.licences, held)) if row else None


@people.on(LicenceWithdrawn)
def _(event: LicenceWithdrawn, envelope: Envelope, row: Person | None) -> Person | None:
    if row is None:
        return None
    held = LicenceHeld(event.profession_role, event.state, event.from_on - timedelta(days=1))
    return change(row, licences=_with(row.licences, held))


def _with(known: tuple[LicenceHeld, ...], held: LicenceHeld) -> tuple[LicenceHeld, ...]:
    """With this one instead of that for the same profession and state."""
    others = (one for one in known if (one.profession_role, one.state) != (held.profession_role, held.state))
    return tuple(sorted((*others, held), key=lambda one: (one.profession_role, one.state)))


def everybody(connection: Connection[Any]) -> list[Person]:
    """All people of the network in force, in the order of their ids."""
    return read_rows(connection, DIRECTORY, people, "true", {}, order_by="clinician_id")
