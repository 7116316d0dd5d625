"""Cohort statistics: change from the first score to the last, over all patients and per window of follow-up."""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, stdev
from typing import NamedTuple, TypedDict

from domain.instrument import Instrument, change


class Course(NamedTuple):
    """One patient's totals: the first, and the later ones as (days from the first, total)."""

    first: int
    later: Sequence[tuple[int, int]]


class Window(NamedTuple):
    """Days from the first score, both ends included."""

    label: str
    from_days: int
    to_days: int


WINDOWS = (
    Window("first month", 1, 29),
    Window("about 2 months", 30, 91),
    Window("about 4 months", 92, 152),
    Window("about 6 months", 153, 213),
    Window("about 8 months", 214, 274),
    Window("about 12 months", 275, 456),
)


class Summary(TypedDict):
    """Numbers of one comparison. sd has n - 1 below the line; None where a number is undefined."""

    n: int
    pre_mean: float | None
    pre_sd: float | None
    post_mean: float | None
    post_sd: float | None
    mean_change: float | None
    sd_change: float | None
    ci95: list[float] | None
    t: float | None
    p: float | None
    effect_size: float | None
    effect_size_kind: str
    response_rate: float | None
    response_rate_caseness: float | None


class WindowSummary(Summary):
    label: str
    from_days: int
    to_days: int


class CohortSummary(Summary):
    windows: list[WindowSummary]


def cohort(instrument: Instrument, courses: Sequence[Course]) -> CohortSummary:
    """First against last score of every patient with a later one, and the same within each window that has scores."""
    pairs = [(course.first, _last(course.later)) for course in courses if course.later]
    windows = [_in_window(instrument, courses, window) for window in WINDOWS]
    return {**summarise(instrument, pairs), "windows": [window for window in windows if window["n"]]}


def _in_window(instrument: Instrument, courses: Sequence[Course], window: Window) -> WindowSummary:
    pairs = []
    for course in courses:
        inside = [(days, total) for days, total in course.later if window.from_days <= days <= window.to_days]
        if inside:
            pairs.append((course.first, _last(inside)))
    return {
        **summarise(instrument, pairs),
        "label": window.label,
        "from_days": window.from_days,
        "to_days": window.to_days,
    }


def _last(later: Sequence[tuple[int, int]]) -> int:
    """The total furthest from the first; of two on one day the one given last."""
    return max(enumerate(later), key=lambda numbered: (numbered[1][0], numbered[0]))[1][1]


def summarise(instrument: Instrument, pairs: Sequence[tuple[int, int]]) -> Summary:
    """Paired comparison of (first, last) totals: change is last - first, `effect_size` mean_change / sd_change."""
    first, last = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    changes = [after - before for before, after in pairs]
    mean, sd = _mean(changes), _sd(changes)
    t, p, ci95 = _paired_t_test(len(pairs), mean, sd)
    return {
        "n": len(pairs),
        "pre_mean": _mean(first),
        "pre_sd": _sd(first),
        "post_mean": _mean(last),
        "post_sd": _sd(last),
        "mean_change": mean,
        "sd_change": sd,
        "ci95": ci95,
        "t": t,
        "p": p,
        "effect_size": mean / sd if mean is not None and sd else None,
        "effect_size_kind": "dz",
        "response_rate": _response_rate(instrument, pairs),
        "response_rate_caseness": _response_rate(instrument, [pair for pair in pairs if instrument.is_case(pair[0])]),
    }


def _mean(values: Sequence[int]) -> float | None:
    return fmean(values) if values else None


def _sd(values: Sequence[int]) -> float | None:
    return stdev(values) if len(values) > 1 else None


def _paired_t_test(
    n: int, mean: float | None, sd: float | None
) -> tuple[float | None, float | None, list[float] | None]:
    """t, two-sided p and the 95 % confidence interval of the mean change; undefined without any spread."""
    if mean is None or not sd:
        return None, None, None
    from scipy.stats import t as student  # takes a second to import, which other commands need not wait for

    error = sd / sqrt(n)
    margin = float(student.ppf(0.975, n - 1)) * error
    return mean / error, float(2 * student.sf(abs(mean / error), n - 1)), [mean - margin, mean + margin]


def _response_rate(instrument: Instrument, pairs: Sequence[tuple[int, int]]) -> float | None:
    responses = [change(instrument, first, last).response for first, last in pairs]
    if not responses or instrument.change.response is None:
        return None
    return sum(response is True for response in responses) / len(responses)
