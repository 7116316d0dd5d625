"""Criteria: patterns of answers, totals or subscales that have a name, such as a cut-off."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from domain.instrument.instrument import Instrument
from domain.instrument.rules import Need, Subscale

Points = Sequence[int | Fraction]


def met(instrument: Instrument, points: Points, total: int) -> dict[str, bool]:
    """Each criterion by name, and whether all its needs are met."""
    if not instrument.criteria:
        return {}
    subscales = {subscale.name: subscale for subscale in instrument.scoring.subscales}
    return {
        criterion.name: all(_is_met(need, instrument, subscales, points, total) for need in criterion.needs)
        for criterion in instrument.criteria
    }


def _is_met(need: Need, instrument: Instrument, subscales: Mapping[str, Subscale], points: Points, total: int) -> bool:
    if need.total_at_least is not None:
        return total >= need.total_at_least
    if need.subscale is not None:
        return share_of(instrument, subscales[need.subscale], points) >= (need.percent_at_least or 0)
    return sum(points[number - 1] >= need.at_least for number in need.items) >= need.count


def points_of(subscale: Subscale, points: Points) -> int | Fraction:
    """The points of a subscale, not rounded."""
    found = [points[number - 1] for number in subscale.items]
    return max(found) if subscale.combine == "highest" else sum(found)


def share_of(instrument: Instrument, subscale: Subscale, points: Points) -> Fraction:
    """The points of a subscale in per cent of the most it can have, exactly."""
    return Fraction(points_of(subscale, points)) * 100 / instrument.highest_of(subscale)
