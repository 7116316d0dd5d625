"""Comparing two scores of one instrument: points, response, remission, reliable change, and the words for them."""

from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from domain.instrument.instrument import Instrument
from domain.instrument.item import Direction, Frozen


class Reliable(StrEnum):
    IMPROVED = "improved"
    DETERIORATED = "deteriorated"


class Change(Frozen):
    """From the first score to the last. None where the instrument has no such rule (or, for `percent`, no base)."""

    points: int
    percent: float | None
    """Change in per cent of the first score, signed like `points`."""
    response: bool | None
    remission: bool | None
    reliable: Reliable | None
    movement: str
    """"7 points lower", to be followed by "since" and a date where there is one."""
    verdict: str
    """The rules' part in whole sentences: "Reliable change (6 or more). A response would be 10 or less."."""

    @property
    def words(self) -> str:
        return f"{self.movement}. {self.verdict}".strip()


def change(instrument: Instrument, first: int, last: int) -> Change:
    """Compare two totals. A first score of 0 has nothing to lose half of, so it is never a response."""
    threshold = _response_threshold(instrument, first)
    response = _responds(instrument, first, last, threshold)
    remission = _remits(instrument, last)
    reliable = _reliable(instrument, first, last)
    return Change(
        points=last - first,
        percent=round(100 * (last - first) / first, 1) if first else None,
        response=response,
        remission=remission,
        reliable=reliable,
        movement=_movement(last - first),
        verdict=_verdict(instrument, reliable, response, threshold, remission),
    )


def _response_threshold(instrument: Instrument, first: int) -> Fraction | None:
    """The score at which a response begins, exactly; None without a rule or from a first score of 0."""
    rule = instrument.change.response
    if rule is None or (rule.percent is not None and first == 0):
        return None
    drop = Fraction(rule.points) if rule.points is not None else Fraction(first * (rule.percent or 0), 100)
    return first - drop if instrument.direction is Direction.LOWER_IS_BETTER else first + drop


def _responds(instrument: Instrument, first: int, last: int, threshold: Fraction | None) -> bool | None:
    if instrument.change.response is None:
        return None
    if threshold is None:
        return False
    return last <= threshold if instrument.direction is Direction.LOWER_IS_BETTER else last >= threshold


def _remits(instrument: Instrument, last: int) -> bool | None:
    rule = instrument.change.remission
    return None if rule is None else instrument.improvement(rule.at, last) >= 0


def _reliable(instrument: Instrument, first: int, last: int) -> Reliable | None:
    better = instrument.improvement(first, last)
    rules = instrument.change
    if rules.reliable is not None and better >= rules.reliable.points:
        return Reliable.IMPROVED
    if rules.deterioration is not None and -better >= rules.deterioration.points:
        return Reliable.DETERIORATED
    return None


def _movement(points: int) -> str:
    if points == 0:
        return "No change"
    unit = "point" if abs(points) == 1 else "points"
    return f"{abs(points)} {unit} {'lower' if points < 0 else 'higher'}"


def _verdict(
    instrument: Instrument,
    reliable: Reliable | None,
    response: bool | None,
    threshold: Fraction | None,
    remission: bool | None,
) -> str:
    rules, said = instrument.change, []
    if reliable is Reliable.IMPROVED and rules.reliable:
        said.append(f"Reliable change ({rules.reliable.points} or more).")
    if reliable is Reliable.DETERIORATED and rules.deterioration:
        said.append(f"Reliably worse ({rules.deterioration.points} or more).")
    if threshold is not None:
        reached = _reached(instrument, threshold)
        said.append(f"Response ({reached})." if response else f"A response would be {reached}.")
    if remission and rules.remission:
        said.append(f"Remission ({_reached(instrument, Fraction(rules.remission.at))}).")
    return " ".join(said)


def _reached(instrument: Instrument, threshold: Fraction) -> str:
    if instrument.direction is Direction.LOWER_IS_BETTER:
        return f"{floor(threshold)} or less"
    return f"{ceil(threshold)} or more"
