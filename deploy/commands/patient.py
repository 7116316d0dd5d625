"""`throughline patient`: register a patient for real use."""

from datetime import date
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

import typer

from deploy.commands.options import OfNetwork
from deploy.commands.output import AsJson, print_facts, print_json, say
from deploy.failures import CannotGoOn

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
    namesake: Annotated[bool, typer.Option("--namesake", help="Another person of this name and birth date.")] = False,
    of_network: OfNetwork = None,
    as_json: AsJson = False,
) -> None:
    """Register a patient; answers with the reference that stands for them everywhere."""
    from deploy.operating.acting import act
    from deploy.operating.networks import next_reference, the_network
    from deploy.wiring import wired
    from domain.patient.patient import PATIENT
    from domain.patient.register_patient import RegisterPatient, register_patient

    order = RegisterPatient.model_validate(
        {"reference": "KAP-0000", "name": name, "birth_date": birth_date, "contact": contact}
    )
    with wired() as wiring:
        found = the_network(wiring, of_network)
        if not namesake:
            _refuse_known(wiring, found.network_id, name, order.birth_date)
        patient_id, reference = uuid4(), next_reference(wiring, found.network_id)  # last: a slip costs no number
        numbered = order.model_copy(update={"reference": reference})
        act(wiring, found.network_id, PATIENT, patient_id, register_patient, numbered)
        if wiring.addresses.is_embedded:
            say("This is the embedded database: for trying things out, never for real patients.")
    answer = {"patient_id": patient_id, "reference": reference, "network": found.slug}
    print_json(answer) if as_json else print_facts(answer)


def _refuse_known(wiring: "Wiring", network_id: UUID, name: str, birth_date: date) -> None:
    """The same person twice would split one course of care in two."""
    from store.admission import Admission

    admission = Admission(wiring.care, wiring.datastore, wiring.keyring, wiring.kek)
    if known := admission.known(network_id, name, birth_date):
        references = ", ".join(one.reference for one in known)
        raise CannotGoOn(
            f"Somebody of this name and birth date is registered already: {references}. "
            "Refer them anew, or register another person of that name with --namesake."
        )
