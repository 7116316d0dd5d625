"""`throughline clinician`: admit people to a network, record licences, suspend and reinstate."""

from typing import Annotated, Any

import typer

from deploy.commands.clinician_sign_in import add_sign_in
from deploy.commands.options import OfNetwork
from deploy.commands.output import AsJson, print_facts, print_json, print_table

clinician = typer.Typer(no_args_is_help=True, help="The people who work in a network.")
add_sign_in(clinician)

Email = Annotated[
    str, typer.Option("--email", prompt="Address", help="Asked for where left out: histories keep calls.")
]


@clinician.command()
def admit(
    email: Email,
    name: Annotated[str, typer.Option(prompt="Name as colleagues write it", help="Asked for where left out.")],
    role: Annotated[list[str], typer.Option(help="therapist, prescriber, coordinator or compliance; may be repeated.")],
    of_network: OfNetwork = None,
    as_json: AsJson = False,
) -> None:
    """Admit a person, or change the roles of one who is admitted."""
    from deploy.operating.founding import admit as admit_person
    from deploy.operating.networks import the_network
    from deploy.wiring import wired
    from domain.clinician.admit_clinician import AdmitClinician

    order = AdmitClinician.model_validate({"email": email, "display_name": name, "roles": role})
    with wired() as wiring:
        found = the_network(wiring, of_network)
        clinician_id, is_new = admit_person(wiring, found.network_id, order, email)
    answer = {"clinician_id": clinician_id, "network": found.slug, "roles": sorted(role), "admitted": is_new}
    print_json(answer) if as_json else print_facts(answer)


@clinician.command()
def licence(
    email: Email,
    role: Annotated[str, typer.Option(help="The profession: therapist or prescriber.")],
    state: Annotated[str, typer.Option(help="Where it is valid, such as NY.")],
    number: Annotated[str, typer.Option(help="As the licence shows it.")],
    expires_on: Annotated[str, typer.Option(help="Last day of validity, YYYY-MM-DD.")],
    of_network: OfNetwork = None,
    as_json: AsJson = False,
) -> None:
    """Record a licence or its renewal."""
    from domain.clinician.record_licence import RecordLicence, record_licence

    order = RecordLicence.model_validate(
        {"profession_role": role, "state": state, "licence_number": number, "expires_on": expires_on}
    )
    _decide(of_network, email, record_licence, order, as_json=as_json)


@clinician.command()
def withdraw(
    email: Email,
    role: Annotated[str, typer.Option(help="The profession: therapist or prescriber.")],
    state: Annotated[str, typer.Option(help="Where the licence was valid, such as NY.")],
    because: Annotated[str, typer.Option(help="lapsed, suspended, revoked or surrendered.")],
    from_on: Annotated[str | None, typer.Option(help="First day without it; today, where left out.")] = None,
    of_network: OfNetwork = None,
    as_json: AsJson = False,
) -> None:
    """Record that a state withdrew a licence; plans and sessions that count on it are looked at again."""
    from domain.clinician.withdraw_licence import WithdrawLicence, withdraw_licence

    order = WithdrawLicence.model_validate(
        {"profession_role": role, "state": state, "because": because, "from_on": from_on}
    )
    _decide(of_network, email, withdraw_licence, order, as_json=as_json)


@clinician.command()
def training(
    email: Email,
    course: Annotated[str, typer.Option(help="Name of the course, as the protocol asks for it.")],
    version: Annotated[str, typer.Option(help="Version of the course.")],
    completed_on: Annotated[str, typer.Option(help="Day of completion, YYYY-MM-DD.")],
    grandfathered: Annotated[bool, typer.Option(help="It counts whichever versions are accepted now.")] = False,
    of_network: OfNetwork = None,
    as_json: AsJson = False,
) -> None:
    """Record a training that a person completed."""
    from domain.clinician.complete_training import CompleteTraining, complete_training

    order = CompleteTraining.model_validate(
        {
            "course": course,
            "course_version": version,
            "completed_on": completed_on,
            "is_grandfathered": grandfathered,
        }
    )
    _decide(of_network, email, complete_training, order, as_json=as_json)


@clinician.command()
def suspend(
    email: Email,
    reason: Annotated[str | None, typer.Option(help="Kept sealed.")] = None,
    of_network: OfNetwork = None,
    as_json: AsJson = False,
) -> None:
    """Suspend a person at once: they may neither decide nor read."""
    from domain.clinician.suspend_clinician import SuspendClinician, suspend_clinician

    order = SuspendClinician.model_validate({"reason": reason})
    _decide(of_network, email, suspend_clinician, order, as_json=as_json)


@clinician.command()
def reinstate(email: Email, of_network: OfNetwork = None, as_json: AsJson = False) -> None:
    """Let a suspended person work again."""
    from domain.clinician.reinstate_clinician import ReinstateClinician, reinstate_clinician

    _decide(of_network, email, reinstate_clinician, ReinstateClinician(), as_json=as_json)


@clinician.command("list")
def list_people(of_network: OfNetwork = None, as_json: AsJson = False) -> None:
    """List the people of a network with their roles and licences."""
    from deploy.operating.networks import the_network
    from deploy.operating.people import people
    from deploy.wiring import wired

    with wired() as wiring:
        found = [one._asdict() for one in people(wiring, the_network(wiring, of_network).network_id)]
    if as_json:
        print_json(found)
        return
    columns = ["name", "roles", "licences", "standing", "clinician_id"]
    print_table(columns, [[one[column] for column in columns] for one in found])


def _decide(of_network: str | None, email: str, decision: Any, order: Any, *, as_json: bool) -> None:
    from deploy.operating.acting import act
    from deploy.operating.networks import the_clinician, the_network
    from deploy.operating.people import person
    from deploy.wiring import wired
    from domain.clinician.clinician import CLINICIAN

    with wired() as wiring:
        found = the_network(wiring, of_network)
        clinician_id = the_clinician(wiring, found, email)
        act(wiring, found.network_id, CLINICIAN, clinician_id, decision, order)
        answer = person(wiring, found.network_id, clinician_id)._asdict()
    print_json(answer) if as_json else print_facts(answer)
