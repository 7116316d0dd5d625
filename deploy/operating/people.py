"""The people of a network as the command line lists them, read from their streams."""

from typing import NamedTuple
from uuid import UUID

from deploy.wiring import Wiring
from domain.clinician.admit_clinician import ClinicianAdmitted
from domain.clinician.clinician import CLINICIAN, Clinician


class Person(NamedTuple):
    """A clinician, coordinator or compliance officer."""

    clinician_id: UUID
    name: str
    roles: list[str]
    licences: list[str]
    standing: str


def people(wiring: Wiring, network_id: UUID) -> list[Person]:
    """Everybody who was ever admitted, by name."""
    with wiring.datastore.in_network(network_id) as connection:
        ids = connection.execute("SELECT clinician_id FROM clinician_account").fetchall()
    return sorted((person(wiring, network_id, clinician_id) for (clinician_id,) in ids), key=lambda one: one.name)


def person(wiring: Wiring, network_id: UUID, clinician_id: UUID) -> Person:
    """One of them."""
    state: Clinician = wiring.care.state(CLINICIAN, clinician_id, network_id=network_id)[0]
    history = wiring.care.history(CLINICIAN, clinician_id, network_id=network_id)
    sealed = [event.display_name for event, _ in history if isinstance(event, ClinicianAdmitted)][-1]
    return Person(
        clinician_id=clinician_id,
        name=wiring.keyring.open(sealed, network_id=network_id, person=clinician_id, field="display_name"),
        roles=sorted(state.roles),
        licences=[f"{one.profession_role} {one.state} until {one.last_day}" for one in state.licences.values()],
        standing="suspended" if state.is_suspended else "active",
    )


def names(wiring: Wiring, network_id: UUID) -> dict[UUID, str]:
    """Everybody's name by their id."""
    return {one.clinician_id: one.name for one in people(wiring, network_id)}
