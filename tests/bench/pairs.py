"""Ratios against a reference run beside it: many short slices in turn, so that a busy machine slows both."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

Slice = Callable[[], float]
"""Runs for a short while and answers with a rate (per second)."""
PAIRS = 12


@dataclass(frozen=True)
class Row:
    """One line of the report. `worst` is the worst pair for us; `spread` is how much the reference itself moved."""

    what: str
    ratio: float
    worst: float
    target: float | None
    met: bool | None
    ours: float
    reference: float
    spread: float
    unit: str = "per second"
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


def compare(what: str, ours: Slice, reference: Slice, *, target: float, pairs: int = PAIRS, note: str = "") -> Row:
    """The median of the pairs' ratios; each pair runs in the other order than the one before it."""
    ours(), reference()  # warm: plans, caches, compiled templates
    found = list(_pairs(ours, reference, pairs))
    ratios = [mine / theirs for mine, theirs in found]
    references = [theirs for _, theirs in found]
    middle = median(ratios)
    return Row(
        what=what,
        ratio=middle,
        worst=min(ratios),
        target=target,
        met=middle >= target,
        ours=median(mine for mine, _ in found),
        reference=median(references),
        spread=max(references) / min(references),
        note=note,
    )


def _pairs(ours: Slice, reference: Slice, pairs: int) -> Iterator[tuple[float, float]]:
    for number in range(pairs):
        if number % 2:
            theirs = reference()
            yield ours(), theirs
        else:
            mine = ours()
            yield mine, reference()


def at_most(what: str, measured: float, limit: float, *, unit: str, note: str = "", worst: float | None = None) -> Row:
    """A row for something that must stay below a limit, such as a latency in ms or a growth factor."""
    return Row(what, measured, worst or measured, limit, measured <= limit, measured, limit, 1.0, unit, note)


def grown(what: str, pairs: Sequence[tuple[float, float]], limit: float, note: str) -> Row:
    """A row for how many times as long something takes among many as among few, from milliseconds of both in turn."""
    factors = [many / few for few, many in pairs]
    few, many = median(few for few, _ in pairs), median(many for _, many in pairs)
    said = f"{few:.2f} ms and {many:.2f} ms; {note}"
    return at_most(what, median(factors), limit, unit="times", worst=max(factors), note=said)
