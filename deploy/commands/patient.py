"""`throughline patient`: register a patient for real use."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

import typer

from deploy.commands.clinician import OfNetwork
from deploy.commands.output import AsJson, print_facts, print_json

if TYPE_CHECKING:
    from deploy.wiring import Wiring

patient = typer.Typer(no_args_is_help=True, help="Patients of a network.")


@patient.callback()
def patients() -> None:
    """Patients of a network."""


@patient.command()
def register(
    name: Annotated[str, typer.Option(prompt="Name", help="Asked for where left out: histories keep calls.")],
    birth_date: Annotated[str, typer.Option(prompt="Birth date (YYYY-MM-DD)", help="Asked for where left out.")],
    contact: Annotated[str | None, typer.Option(help="Telephone or address; kept sealed.")] = None,
    of_network: OfNetwork = None,
    as_json: AsJson = False,
) -> None:
    """Register a patient; answers with the reference that stands for them everywhere."""
    from deploy.acting import act
    from deploy.networks import the_network
    from deploy.wiring import wired
    from domain.patient.patient import PATIENT
    from domain.patient.register_patient import RegisterPatient, register_patient

    order = RegisterPatient.model_validate(
        {"reference": "KAP-0000", "name": name, "birth_date": birth_date, "contact": contact}
    )
    with wired() as wiring:
        found = the_network(wiring, of_network)
        patient_id, reference = uuid4(), _next_reference(wiring, found.network_id)
        numbered = order.model_copy(update={"reference": reference})
        act(wiring, found.network_id, PATIENT, patient_id, register_patient, numbered)
    answer = {"patient_id": patient_id, "reference": reference, "network": found.slug}
    print_json(answer) if as_json else print_facts(answer)


def _next_reference(wiring: "Wiring", network_id: UUID) -> str:
    """Taken once everything else is in order, so that a slip of the pen costs no number."""
    with wiring.datastore.get_connection() as connection:
        row = connection.execute("SELECT next_reference(%s)", [network_id]).fetchone()
    return str(row[0]) if row else ""
