"""`throughline cohort`: change of an outcome over all patients of a network, and per window of follow-up."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.commands.options import OfNetwork
from deploy.commands.output import AsJson, print_facts, print_json, print_table

if TYPE_CHECKING:
    from deploy.outcomes.cohort import CohortSummary

COLUMNS = ("n", "pre_mean", "post_mean", "mean_change", "sd_change", "p", "effect_size", "response_rate")


def cohort(
    instrument: Annotated[str, typer.Option(help="Such as bdi-ii.")],
    of_network: OfNetwork = None,
    as_json: AsJson = False,
) -> None:
    """Report the change from each patient's baseline to the last score: means, interval, effect size, response."""
    from deploy.operating.networks import the_network
    from deploy.outcomes.cohort import cohort as summarise
    from deploy.outcomes.cohort_courses import courses_of
    from deploy.read_models import bring_to_head
    from deploy.wiring import wired
    from domain.instrument import load
    from projections.outcome_trajectory import OUTCOME_TRAJECTORY

    known = load(instrument)
    with wired() as wiring:
        network = the_network(wiring, of_network)
        bring_to_head(wiring, [OUTCOME_TRAJECTORY])
        summary = summarise(known, courses_of(wiring, network.network_id, known))
    print_json(summary) if as_json else _print(summary)


def _print(summary: "CohortSummary") -> None:
    facts: dict[str, Any] = {name: _rounded(value) for name, value in summary.items() if name != "windows"}
    print_facts(facts)
    typer.echo("")
    rows = [[window["label"], *(_rounded(window[name]) for name in COLUMNS)] for window in summary["windows"]]  # type: ignore[literal-required]
    print_table(["window", *COLUMNS], rows, empty="No later scores.")


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return f"{value:.3g}" if abs(value) < 0.001 else f"{value:.3f}"
        case list():
            return [_rounded(one) for one in value]
    return value
