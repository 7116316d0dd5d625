"""`throughline score`: what a questionnaire's answers, or a bare total, come to."""

from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.output import AsJson, print_facts, print_json
from deploy.failures import CannotGoOn

if TYPE_CHECKING:
    from domain.instrument import Score


def score(
    instrument: Annotated[str, typer.Argument(help="Such as phq-9, gad-7, bdi-ii or ham-a.")],
    answers: Annotated[
        str | None, typer.Option(help="One answer per item with commas between; an unanswered one stays empty.")
    ] = None,
    total: Annotated[int | None, typer.Option(help="The total, where the answers are not at hand.")] = None,
    as_json: AsJson = False,
) -> None:
    """Score answers or a total: band, subscales and flags."""
    from domain.instrument import load
    from domain.instrument import score as score_answers
    from domain.instrument import score_total as score_bare

    if (answers is None) == (total is None):
        raise typer.BadParameter("give either --answers or --total")
    known = load(instrument)
    found = score_answers(known, _numbers(answers)) if answers is not None else score_bare(known, total or 0)
    if as_json:
        print_json(_answer(found))
    else:
        print_facts(_in_words(found))


def _numbers(answers: str) -> list[int | None]:
    return [_number(place, written.strip()) for place, written in enumerate(answers.split(","), start=1)]


def _number(item: int, written: str) -> int | None:
    if not written:
        return None
    try:
        return int(written)
    except ValueError:
        raise CannotGoOn(f"Item {item} must be a whole number; you wrote {written[:20]}.") from None


def _answer(found: "Score") -> dict[str, object]:
    wanted = {"instrument", "version", "total", "band", "subscales", "flags", "direction"}
    return found.model_dump(mode="json", include=wanted)


def _in_words(found: "Score") -> dict[str, object]:
    subscales = ", ".join(f"{name} {points}" for name, points in found.subscales.items())
    flags = ", ".join(flag.replace("_", " ") for flag in found.flags)
    total = "none: too many items are unanswered" if found.total is None else found.total
    return {
        "Instrument": f"{found.instrument} version {found.version}",
        "Total": total,
        "Band": found.band,
        "Subscales": subscales or "none",
        "Flags": flags or "none",
        "Direction": found.direction.replace("_", " "),
    }
