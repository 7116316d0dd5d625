"""`throughline replay`: an episode as it stood at a moment, and what changed between two."""

from datetime import datetime
from typing import Annotated, Any

import typer

from deploy.commands.output import AsJson, print_facts, print_json, print_table
from deploy.failures import CannotGoOn

WHEN = "ISO 8601 with its zone, such as 2026-03-12T09:42-07:00."


def replay(
    episode: Annotated[str, typer.Argument(help="Id of an episode, or the patient's reference.")],
    as_of: Annotated[str, typer.Option(help=f"What had happened by then. {WHEN}")],
    known_at: Annotated[str | None, typer.Option(help=f"And was known by then. {WHEN}")] = None,
    diff: Annotated[str | None, typer.Option(help=f"What changed between --as-of and this moment. {WHEN}")] = None,
    as_json: AsJson = False,
) -> None:
    """Replay an episode: its state and gates at a moment, under the protocol in force then."""
    from deploy.operating.replay_report import Replay, find_episode
    from deploy.wiring import wired
    from projections.replay import AsOf

    known = _moment("--known-at", known_at) if known_at else None
    at = AsOf(_moment("--as-of", as_of), known)
    other = AsOf(_moment("--diff", diff), known) if diff else None
    with wired() as wiring:
        report = Replay(wiring, find_episode(wiring, episode)).report(at, other)
    print_json(report) if as_json else _print(report, has_other=other is not None)


def _moment(option: str, written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise CannotGoOn(f"{option} is not a time; write it as in 2026-03-12T09:42-07:00.") from None
    if moment.tzinfo is None:
        raise CannotGoOn(f"{option} needs its zone; write it as in 2026-03-12T09:42-07:00.")
    return moment


def _print(report: dict[str, Any], *, has_other: bool) -> None:
    print_facts({line["what"]: line["value"] for line in report["state"]})
    closed = [gate for gate in report["gates"] if not gate["is_open"]]
    if closed:
        typer.echo("\nClosed gates:")
        print_table(["rule", "gate", "missing"], [[gate["rule"], gate["name"], gate["missing"]] for gate in closed])
    if has_other:
        typer.echo("\nChanged:")
        rows = [[one["what"], one["before"], one["after"], one["event_id"]] for one in report["changes"]]
        print_table(["what", "before", "after", "event"], rows, empty="Nothing that is shown here.")
