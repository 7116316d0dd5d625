"""`throughline score`: what a questionnaire's answers, or a bare total, come to."""

from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.output import AsJson, print_facts, print_json
from deploy.failures import CannotGoOn

if TYPE_CHECKING:
    from domain.instrument import Score


def score(
    instrument: Annotated[str, typer.Argument(help="Such as phq-9; `throughline instruments` lists them.")],
    answers: Annotated[
        str | None, typer.Option(help="One answer per item with commas between; an unanswered one stays empty.")
    ] = None,
    total: Annotated[int | None, typer.Option(help="The total, where the answers are not at hand.")] = None,
    as_json: AsJson = False,
) -> None:
    """Score answers or a total: band or level, subscales, criteria and flags."""
    from deploy.outcomes.licensed_instruments import take_licensed
    from deploy.settings import read_settings
    from domain.instrument import load
    from domain.instrument import score as score_answers
    from domain.instrument import score_total as score_bare

    if (answers is None) == (total is None):
        raise typer.BadParameter("give either --answers or --total")
    take_licensed(read_settings().instruments)
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
    """What every score has, and level, shares and criteria where the instrument has them."""
    wanted = {"instrument", "version", "total", "band", "subscales", "flags", "direction"}
    wanted |= {name for name in ("percents", "criteria") if getattr(found, name)}
    wanted |= set() if found.has_total else {"level", "complete"}
    return {name: value for name, value in found._asdict().items() if name in wanted}


def _in_words(found: "Score") -> dict[str, object]:
    subscales = ", ".join(f"{name} {_points(found, name)}" for name in found.subscales)
    criteria = "; ".join(f"{name}: {'yes' if is_met else 'no'}" for name, is_met in found.criteria.items())
    flags = ", ".join(flag.replace("_", " ") for flag in found.flags)
    return {
        "Instrument": f"{found.instrument} version {found.version}",
        **_total(found),
        "Subscales": subscales or "none",
        **({"Criteria": criteria} if criteria else {}),
        "Flags": flags or "none",
        "Direction": found.direction.replace("_", " "),
    }


def _total(found: "Score") -> dict[str, object]:
    if not found.has_total:
        return {"Level": found.level or "none yet: not all was asked"}
    return {"Total": "none: too many items are unanswered" if found.total is None else found.total, "Band": found.band}


def _points(found: "Score", subscale: str) -> str:
    percent = found.percents.get(subscale)
    return f"{found.subscales[subscale]}" + ("" if percent is None else f" ({percent:g} %)")
