"""Who works in the network: the people whose names stand in sentences, lists and the sign-in of a demonstration."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.actor import Role
from domain.clinician.admit_clinician import ClinicianAdmitted
from domain.clinician.reinstate_clinician import ClinicianReinstated
from domain.clinician.suspend_clinician import ClinicianSuspended
from domain.event import Envelope
from domain.sealed import Sealed
from domain.stream import change
from projections.engine.read_model import ReadModel
from projections.engine.table import Table


@dataclass(frozen=True)
class Person:
    """One clinician, coordinator or compliance officer."""

    clinician_id: UUID
    network_id: UUID
    display_name: Sealed[str]
    roles: tuple[Role, ...]
    is_suspended: bool


people: Table[Person] = Table("people", Person, key=("clinician_id",))
DIRECTORY = ReadModel("directory", 1, (people,))


@people.on(ClinicianAdmitted)
def _(event: ClinicianAdmitted, envelope: Envelope, row: Person | None) -> Person:
    is_suspended = row.is_suspended if row else False
    return Person(envelope.stream_id, envelope.network_id, event.display_name, event.roles, is_suspended)


@people.on(ClinicianSuspended)
def _(event: ClinicianSuspended, envelope: Envelope, row: Person | None) -> Person | None:
    return change(row, is_suspended=True) if row else None


@people.on(ClinicianReinstated)
def _(event: ClinicianReinstated, envelope: Envelope, row: Person | None) -> Person | None:
    return change(row, is_suspended=False) if row else None


def everybody(connection: Connection[Any]) -> list[Person]:
    """All people of the network in force, in the order of their ids."""
    query = f"""
        SELECT clinician_id, network_id, display_name, roles, is_suspended
          FROM read_models.{DIRECTORY.table_name(people)}
         ORDER BY clinician_id
    """  # noqa: S608 the table's name is ours
    return [
        Person(clinician_id, network_id, Sealed(token=token), tuple(Role(role) for role in roles), is_suspended)
        for clinician_id, network_id, token, roles, is_suspended in connection.execute(query.encode())
    ]
