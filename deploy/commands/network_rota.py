"""`throughline network on-call`, `rota`, `medical-director`: who answers at any hour, and where nobody does."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from deploy.commands.output import AsJson, print_facts, print_json, print_table

Slug = Annotated[str, typer.Argument(help="Short name of the network, such as harbour-kap.")]
Prescriber = Annotated[str, typer.Option(help="Address of an admitted prescriber.")]


def add_rota(network: typer.Typer) -> None:
    """Add the commands of the rota to those of a network."""
    network.command()(on_call)
    network.command()(medical_director)
    network.command()(rota)


def on_call(
    slug: Slug,
    prescriber: Prescriber,
    phone: Annotated[str, typer.Option(help="The duty number, shown to everybody who may have to call it.")],
    from_at: Annotated[str | None, typer.Option(help="ISO 8601 with its zone; now, where left out.")] = None,
    until_at: Annotated[str | None, typer.Option(help="ISO 8601 with its zone; open, where left out.")] = None,
    back_up: Annotated[str | None, typer.Option(help="Address of the prescriber who is called next.")] = None,
    back_up_phone: Annotated[str | None, typer.Option(help="The number of the back-up.")] = None,
    as_json: AsJson = False,
) -> None:
    """Name the prescriber who is on call, and a back-up."""
    from deploy.operating.acting import act
    from deploy.operating.networks import the_clinician, the_network
    from deploy.wiring import wired
    from domain.network.name_on_call import NameOnCall, name_on_call
    from domain.network.network import NETWORK

    with wired() as wiring:
        found = the_network(wiring, slug)
        named = the_clinician(wiring, found, prescriber)
        times = {"from_at": from_at, "until_at": until_at}
        next_one = the_clinician(wiring, found, back_up) if back_up else None
        order = NameOnCall.model_validate(
            {
                "prescriber_id": named,
                "phone": phone,
                **times,
                "back_up_id": next_one,
                "back_up_phone": back_up_phone,
            }
        )
        act(wiring, found.network_id, NETWORK, found.network_id, name_on_call, order)
        duty = wiring.care.state(NETWORK, found.network_id, network_id=found.network_id)[0].on_calls[-1]
    answer = {"network": slug, "prescriber_id": named, "from_at": _iso(duty.from_at), "until_at": _iso(duty.until_at)}
    answer |= {"back_up_id": next_one} if next_one else {}
    print_json(answer) if as_json else print_facts(answer)


def medical_director(
    slug: Slug,
    prescriber: Prescriber,
    phone: Annotated[str, typer.Option(help="The number, shown to everybody who may have to call it.")],
    as_json: AsJson = False,
) -> None:
    """Name the medical director: the last in line when nobody acknowledges an urgent alert."""
    from deploy.operating.acting import act
    from deploy.operating.networks import the_clinician, the_network
    from deploy.wiring import wired
    from domain.network.name_medical_director import NameMedicalDirector, name_medical_director
    from domain.network.network import NETWORK

    with wired() as wiring:
        found = the_network(wiring, slug)
        named = the_clinician(wiring, found, prescriber)
        order = NameMedicalDirector(clinician_id=named, phone=phone)
        act(wiring, found.network_id, NETWORK, found.network_id, name_medical_director, order)
    answer = {"network": slug, "medical_director_id": named}
    print_json(answer) if as_json else print_facts(answer)


def rota(
    slug: Slug,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days ahead.")] = 28,
    as_json: AsJson = False,
) -> None:
    """List who is on call, stretch by stretch. Ends with 1 where in some hour nobody is."""
    from deploy.operating.networks import the_network
    from deploy.operating.people import names
    from deploy.wiring import wired
    from domain.network.network import NETWORK
    from domain.network.rota import rota as stretches_of

    now = datetime.now(UTC)
    with wired() as wiring:
        found = the_network(wiring, slug)
        state, _ = wiring.care.state(NETWORK, found.network_id, network_id=found.network_id)
        known = {} if as_json else names(wiring, found.network_id)
    stretches = stretches_of(state, now, now + timedelta(days=days))
    if as_json:
        print_json([_row(one) for one in stretches])
    else:
        heading = [f"from ({state.zone})", "until", "prescriber", "back-up"]
        print_table(heading, [_in_words(one, known, ZoneInfo(state.zone)) for one in stretches])
    if any(one.is_gap for one in stretches):
        raise typer.Exit(1)


def _in_words(one: Any, names: Mapping[UUID, str], zone: ZoneInfo) -> list[object]:
    """For people: names, and the clock of the network."""
    duty = one.duty
    back_up = names.get(duty.back_up_id, "none") if duty and duty.back_up_id else "none"
    who = names.get(duty.prescriber_id, "somebody who has left") if duty else "nobody"
    return [*(f"{moment.astimezone(zone):%a %d %b %Y %H:%M}" for moment in (one.from_at, one.until_at)), who, back_up]


def _row(one: Any) -> dict[str, object]:
    return {
        "from_at": _iso(one.from_at),
        "until_at": _iso(one.until_at),
        "prescriber_id": one.duty.prescriber_id if one.duty else "nobody",
        "back_up_id": (one.duty.back_up_id or "none") if one.duty else "none",
        "also_named": [other.prescriber_id for other in one.others],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
