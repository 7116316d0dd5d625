"""`throughline import outcomes`: bring outcome scores that were collected elsewhere into a network."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.output import AsJson, print_facts, print_json, print_table

if TYPE_CHECKING:
    from deploy.outcomes.import_outcomes import Imported

importing = typer.Typer(no_args_is_help=True, help="Bring in what was collected elsewhere.")


@importing.callback()
def bring_in() -> None:
    """Bring in what was collected elsewhere."""


@importing.command()
def outcomes(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV with a header line.")],
    instrument: Annotated[str, typer.Option(help="Such as bdi-ii.")],
    patient_column: Annotated[str, typer.Option(help="Column that tells patients apart within the network.")],
    network: Annotated[str, typer.Option(help="Short name of the network.")],
    therapist: Annotated[str, typer.Option(help="Address of the therapist who will see these episodes.")],
    start_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that 0m stands for, in the wide form.")
    ] = None,
    wide: Annotated[bool, typer.Option("--wide", help="One row per patient, one column of totals per visit.")] = False,
    at: Annotated[
        str | None, typer.Option(help="When each column was taken: bdi.pre=0m,bdi.2m=2m (d days, w weeks, m months).")
    ] = None,
    create: Annotated[bool, typer.Option("--create", help="Make the network and the therapist if missing.")] = False,
    zone: Annotated[str, typer.Option(help="Time zone of a network made by --create.")] = "UTC",
    as_json: AsJson = False,
) -> None:
    """Import outcomes, in the wide form or one row per outcome (patient, taken_on, total or item1 … item n).

    Reading a file again adds nothing. Good rows go in, every bad one is reported with line, column and reason. Exit
    code 1: no row could be read.
    """
    from deploy.outcomes.destination import created, existing, zone_of
    from deploy.outcomes.import_outcomes import import_outcomes
    from deploy.outcomes.outcome_file import parse_offsets, read_outcomes
    from deploy.progress import progress_bar
    from deploy.wiring import wired
    from domain.days import day_of
    from domain.instrument import load

    if wide != (at is not None):
        raise typer.BadParameter("--wide and --at go together")
    known = load(instrument)
    visits = parse_offsets(at) if at else None
    with wired() as wiring:
        parsed = read_outcomes(  # all of it before anything is made
            file,
            known,
            patient_column=patient_column,
            start_on=start_on.date() if start_on else None,
            wide=visits,
            today=day_of(wiring.clock(), zone_of(wiring, network) or zone),
        )
        to = created(wiring, network, therapist, zone) if create else existing(wiring, network, therapist)
        with progress_bar("Outcomes") as advance:
            imported = import_outcomes(wiring, to, known, parsed, file.name, advance)
    _answer(imported, as_json=as_json)
    if imported.rejected and not imported.outcomes:
        raise typer.Exit(1)


def _answer(imported: "Imported", *, as_json: bool) -> None:
    from dataclasses import asdict

    counts = {name: value for name, value in imported._asdict().items() if name != "rejected"}
    if as_json:
        print_json({**counts, "rejected": [asdict(one) for one in imported.rejected]})
        return
    print_facts(counts)
    if imported.rejected:
        typer.echo("\nNot imported:")
        print_table(["line", "column", "reason"], [[one.line, one.column, one.reason] for one in imported.rejected])
