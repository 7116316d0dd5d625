"""`throughline instruments`: which there are, whether a pack can be used, and whether stored scores still hold."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.output import AsJson, print_facts, print_json, print_table

if TYPE_CHECKING:
    from domain.instrument import Instrument

instruments = typer.Typer(help="Questionnaires and rating scales: shipped ones, and those licensed here.")

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A pack, as JSON.")]


@instruments.callback(invoke_without_command=True)
def list_instruments(context: typer.Context, as_json: AsJson = False) -> None:
    """List every instrument with its range, who rates it, and where its wording comes from."""
    if context.invoked_subcommand is not None:
        return
    from deploy.outcomes.licensed_instruments import take_licensed
    from deploy.settings import read_settings
    from domain.instrument import ids, load

    take_licensed(read_settings().instruments)
    found = [_told(load(one)) for one in ids()]
    if as_json:
        print_json(found)
        return
    columns = ["id", "version", "title", "items", "scores", "rater", "wording"]
    print_table(columns, [[one[column] for column in columns] for one in found])


def _told(instrument: "Instrument") -> dict[str, object]:
    scores = f"{instrument.lowest} to {instrument.highest}"
    if instrument.triage is not None:
        scores = ", ".join(instrument.triage.names)
    return {
        "id": instrument.id,
        "version": instrument.version,
        "title": instrument.title,
        "name": instrument.name,
        "items": len(instrument.items),
        "scores": scores,
        "rater": instrument.rater.value,
        "better": instrument.direction.value.split("_")[0],
        "wording": _wording(instrument),
        "licence": instrument.licence.notice,
    }


def _wording(instrument: "Instrument") -> str:
    from domain.instrument.catalogue import is_licensed

    if is_licensed(instrument):
        return "licensed here"
    return "shipped" if instrument.licence.text_may_be_shipped else "placeholders; add it once licensed"


@instruments.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Explain every mistake of a pack, with its line and the reason. Exit code 1 where there are any."""
    from deploy.outcomes.licensed_instruments import text_of
    from domain.instrument.pack import PackIsWrong, PackMistake, read_pack

    mistakes: list[PackMistake] = []
    found = None
    try:
        found = read_pack(text_of(file))
    except PackIsWrong as wrong:
        mistakes = wrong.mistakes
    if as_json:
        print_json({"file": file.name, "mistakes": [one._asdict() for one in mistakes]})
    elif found is not None:
        print_facts({"Pack": f"{found.id} version {found.version}, {found.title}", "Items": len(found.items)})
        typer.echo("It can be used.")
    else:
        print_table(["line", "mistake"], [[one.line, one.says] for one in mistakes])
    if mistakes:
        raise typer.Exit(1)


@instruments.command()
def verify(as_json: AsJson = False) -> None:
    """Score every stored outcome anew, from its answers and the version it names. Exit code 1 where one differs."""
    from deploy.outcomes.outcome_verification import STORED_AS, verify
    from deploy.read_models import read_log
    from deploy.wiring import wired

    with wired() as wiring:
        found = verify(read_log(wiring.addresses.for_work, STORED_AS))
    if as_json:
        print_json({**found._asdict(), "differing": [one._asdict() for one in found.differing]})
    else:
        print_facts({"From answers": found.from_answers, "Bare totals": found.bare_totals})
        columns = ["event", "instrument", "version", "difference"]
        print_table(columns, found.differing, empty="Every outcome scores as it was recorded.")
    if found.differing:
        raise typer.Exit(1)
