"""`throughline network`: create a care network, adopt a clinical protocol, name who is on call."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.commands.network_rota import add_rota
from deploy.commands.output import AsJson, print_facts, print_json, print_table
from deploy.failures import CannotGoOn

network = typer.Typer(no_args_is_help=True, help="Care networks: one medical group and its member therapists.")
add_rota(network)

Slug = Annotated[str, typer.Argument(help="Short name of the network, such as harbour-kap.")]
CRISIS_TEXT = "Call or text 988 (Suicide & Crisis Lifeline); in an emergency call 911."


@network.command()
def create(
    slug: Slug,
    title: Annotated[str, typer.Option(help="The network's full name.")],
    zone: Annotated[str, typer.Option(help="Time zone of due dates, such as America/New_York.")],
    crisis_text: Annotated[
        str,
        typer.Option(help="Whom to call, shown wherever a safety answer is; pages add that nobody watches them."),
    ] = CRISIS_TEXT,
    practice_state: Annotated[str | None, typer.Option(help="Where it practises, such as NY.")] = None,
    as_json: AsJson = False,
) -> None:
    """Create a care network. The same call again changes nothing."""
    from deploy.operating.founding import found_network
    from deploy.wiring import wired
    from domain.network.create_network import CreateNetwork

    order = CreateNetwork(slug=slug, title=title, zone=zone, crisis_text=crisis_text, practice_state=practice_state)
    with wired() as wiring:
        network_id, is_new = found_network(wiring, order)
    answer = {"network_id": network_id, "slug": slug, "created": is_new}
    print_json(answer) if as_json else print_facts(answer)


@network.command()
def adopt_protocol(
    slug: Slug,
    protocol_id: Annotated[str, typer.Option(help="A protocol that comes with this release.")] = "kap-core",
    protocol_version: Annotated[str, typer.Option(help="Which version of it.")] = "2",
    document: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A protocol document of your own, as JSON.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a clinical protocol in force. A prescriber of the network has to stand behind it."""
    from deploy.operating.acting import act
    from deploy.operating.networks import the_network
    from deploy.wiring import wired
    from domain.network.adopt_protocol import AdoptProtocol
    from domain.network.adopt_protocol import adopt_protocol as adopt
    from domain.network.network import NETWORK
    from domain.protocol.shipped import document as shipped

    content = _read(document) if document else shipped(protocol_id, protocol_version)
    with wired() as wiring:
        found = the_network(wiring, slug)
        act(wiring, found.network_id, NETWORK, found.network_id, adopt, AdoptProtocol(document=content))
        state, _ = wiring.care.state(NETWORK, found.network_id, network_id=found.network_id)
    answer = {"network": slug, **_adopted(state)}
    print_json(answer) if as_json else print_facts(answer)


@network.command()
def reminders(
    slug: Slug,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Send reminders, or alerts only.")] = None,
    soon_days: Annotated[int | None, typer.Option(help="How many days ahead something is due soon.")] = None,
    digest_hour: Annotated[int | None, typer.Option(help="From which hour on the message of the day goes out.")] = None,
    quiet_from_hour: Annotated[int | None, typer.Option(help="From this hour on only alerts go out.")] = None,
    quiet_until_hour: Annotated[int | None, typer.Option(help="Until this hour.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show or change how staff are reminded; hours are of the network's zone."""
    from deploy.operating.acting import act
    from deploy.operating.networks import the_network
    from deploy.wiring import wired
    from domain.network.network import NETWORK
    from domain.network.set_reminders import SetReminders, set_reminders

    wanted = {
        "are_sent": on,
        "soon_days": soon_days,
        "digest_hour": digest_hour,
        "quiet_from_hour": quiet_from_hour,
        "quiet_until_hour": quiet_until_hour,
    }
    with wired() as wiring:
        found = the_network(wiring, slug)
        act(wiring, found.network_id, NETWORK, found.network_id, set_reminders, SetReminders.model_validate(wanted))
        state, _ = wiring.care.state(NETWORK, found.network_id, network_id=found.network_id)
    answer = {"network": slug, "zone": state.zone, **state.reminders.model_dump()}
    print_json(answer) if as_json else print_facts(answer)


@network.command()
def check_ins(
    slug: Slug,
    valid_hours: Annotated[int | None, typer.Option(help="How long a patient's link stays open, 336 at most.")] = None,
    wrong_dates: Annotated[int | None, typer.Option(help="The how-manieth wrong birth date locks a link.")] = None,
    spanish_crisis_text: Annotated[str | None, typer.Option(help="Whom to call, for those who read Spanish.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show or change the terms of patients' check-in links."""
    from deploy.operating.acting import act
    from deploy.operating.networks import the_network
    from deploy.wiring import wired
    from domain.network.network import NETWORK
    from domain.network.set_check_in_terms import SetCheckInTerms, set_check_in_terms

    wanted = {
        "valid_hours": valid_hours,
        "wrong_dates_allowed": wrong_dates,
        "spanish_crisis_text": spanish_crisis_text,
    }
    with wired() as wiring:
        found = the_network(wiring, slug)
        order = SetCheckInTerms.model_validate(wanted)
        act(wiring, found.network_id, NETWORK, found.network_id, set_check_in_terms, order)
        state, _ = wiring.care.state(NETWORK, found.network_id, network_id=found.network_id)
    answer = {"network": slug, **state.check_in_terms.__dict__}
    print_json(answer) if as_json else print_facts(answer)


@network.command()
def erasures(
    slug: Slug,
    waiting_days: Annotated[
        int | None, typer.Option(help="How long a proposed erasure waits for its second person, 1 to 365.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show or change how long a proposed erasure waits; what is proposed already keeps its time."""
    from deploy.operating.acting import act
    from deploy.operating.networks import the_network
    from deploy.wiring import wired
    from domain.network.network import NETWORK
    from domain.network.set_erasure_terms import SetErasureTerms, set_erasure_terms

    with wired() as wiring:
        found = the_network(wiring, slug)
        order = SetErasureTerms(waiting_days=waiting_days)
        act(wiring, found.network_id, NETWORK, found.network_id, set_erasure_terms, order)
        state, _ = wiring.care.state(NETWORK, found.network_id, network_id=found.network_id)
    answer = {"network": slug, "waiting_days": state.erasure_terms.waiting_days}
    print_json(answer) if as_json else print_facts(answer)


@network.command("list")
def list_networks(as_json: AsJson = False) -> None:
    """List the networks of this installation."""
    from deploy.operating.networks import networks
    from deploy.wiring import wired
    from domain.network.network import NETWORK

    with wired() as wiring:
        found = [
            {**one._asdict(), **_details(wiring.care.state(NETWORK, one.network_id, network_id=one.network_id)[0])}
            for one in networks(wiring).values()
        ]
    if as_json:
        print_json(found)
    else:
        print_table(["slug", "title", "zone", "protocol", "id"], [_row(one) for one in found])


def _row(one: dict[str, Any]) -> list[object]:
    protocol = f"{one['protocol_id']} {one['protocol_version']}" if one["protocol_id"] else "none"
    return [one["slug"], one["title"], one["zone"], protocol, one["network_id"]]


def _details(state: Any) -> dict[str, object]:
    duty = state.on_call(datetime.now(UTC))
    return {"zone": state.zone, **_adopted(state), "on_call_prescriber_id": duty.prescriber_id if duty else None}


def _adopted(state: Any) -> dict[str, object]:
    current = state.current
    return {
        "protocol_id": current and current.protocol_id,
        "protocol_version": current and current.protocol_version,
        "sha256": current and current.sha256,
    }


def _read(path: Path) -> dict[str, Any]:
    import orjson

    try:
        content = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as fault:
        raise CannotGoOn(f"{path} is no JSON: line {fault.lineno}, column {fault.colno}.") from None
    if not isinstance(content, dict):
        raise CannotGoOn(f"{path} is not a protocol document: it begins with no object.")
    return content
