"""Cohort statistics, against sums done by hand and formulae that use no statistics library."""

import csv
from collections.abc import Callable
from math import exp, lgamma, pi, sqrt
from pathlib import Path

import pytest

from deploy.outcomes.cohort import Course, cohort, summarise
from domain.instrument import load

BDI, PHQ, HAMA = load("bdi-ii"), load("phq-9"), load("ham-a")
BTHEB = Path(__file__).parents[2] / "data" / "btheb.csv"
KEYS = [
    *("n", "pre_mean", "pre_sd", "post_mean", "post_sd", "mean_change", "sd_change", "ci95", "t", "p"),
    *("effect_size", "effect_size_kind", "response_rate", "response_rate_caseness"),
]


def test_three_pairs_by_hand() -> None:
    # Changes -15, -8, -10: mean -11, deviations -4, 3, 1, so the variance is 26 / 2 = 13.
    report = summarise(BDI, [(30, 15), (28, 20), (40, 30)])
    error = sqrt(13) / sqrt(3)
    t = -11 / error
    assert report["n"] == 3
    assert (report["pre_mean"], report["post_mean"], report["mean_change"]) == pytest.approx((98 / 3, 65 / 3, -11))
    assert (report["pre_sd"], report["post_sd"]) == pytest.approx((sqrt(124 / 3), sqrt(175 / 3)))
    assert (report["sd_change"], report["t"]) == pytest.approx((sqrt(13), t))
    assert report["ci95"] == pytest.approx([-11 - 4.302653 * error, -11 + 4.302653 * error], rel=1e-6)
    assert report["p"] == pytest.approx(1 - abs(t) / sqrt(t * t + 2))  # closed form for two degrees of freedom
    assert (report["effect_size"], report["effect_size_kind"]) == (-11 / sqrt(13), "dz")
    assert (report["response_rate"], report["response_rate_caseness"]) == (1 / 3, 1 / 3)


def test_q1_response_rates_with_and_without_caseness() -> None:
    report = summarise(BDI, [(0, 0), (4, 2), (30, 15), (28, 20), (40, 30)])
    assert (report["response_rate"], report["response_rate_caseness"]) == (2 / 5, 1 / 3)


def test_the_keys_are_these_and_no_others() -> None:
    report = cohort(BDI, [Course(30, [(60, 15)]), Course(20, [(61, 18)])])
    assert list(report) == [*KEYS, "windows"]
    assert list(report["windows"][0]) == [*KEYS, "label", "from_days", "to_days"]


def test_nothing_is_made_up_for_an_empty_cohort() -> None:
    report = cohort(BDI, [Course(30, [])])
    assert report["n"] == 0
    assert report["effect_size_kind"] == "dz"
    assert all(report[key] is None for key in KEYS[1:] if key != "effect_size_kind")  # type: ignore[literal-required]
    assert report["windows"] == []


def test_one_patient_has_a_change_but_no_spread() -> None:
    report = summarise(BDI, [(30, 10)])
    assert (report["mean_change"], report["sd_change"], report["t"], report["ci95"]) == (-20, None, None, None)
    assert report["response_rate"] == 1


def test_without_spread_of_change_there_is_no_test() -> None:
    report = summarise(BDI, [(30, 20), (25, 15)])
    assert (report["mean_change"], report["sd_change"]) == (-10, 0)
    assert (report["t"], report["p"], report["ci95"], report["effect_size"]) == (None, None, None, None)


def test_without_a_cut_off_there_is_no_rate_among_cases() -> None:
    report = summarise(HAMA, [(30, 10), (20, 15)])
    assert (report["response_rate"], report["response_rate_caseness"]) == (0.5, None)


def test_a_window_compares_the_first_score_with_the_last_inside_it() -> None:
    report = cohort(PHQ, [Course(20, [(14, 18), (60, 12), (90, 9), (100, 16)]), Course(10, [(91, 8)])])
    by_label = {window["label"]: window for window in report["windows"]}
    assert list(by_label) == ["first month", "about 2 months", "about 4 months"]
    two = by_label["about 2 months"]
    assert (two["n"], two["post_mean"], two["from_days"], two["to_days"]) == (2, 8.5, 30, 91)
    assert (by_label["first month"]["n"], by_label["about 4 months"]["post_mean"]) == (1, 16)
    assert report["post_mean"] == 12


def test_of_two_scores_on_one_day_the_later_one_counts() -> None:
    assert cohort(PHQ, [Course(20, [(30, 5), (30, 7)])])["post_mean"] == 7


def test_the_real_series_agrees_with_plain_formulae() -> None:
    courses = _courses()
    report = cohort(BDI, courses)
    pairs = [(course.first, course.later[-1][1]) for course in courses if course.later]
    changes = [last - first for first, last in pairs]
    n = len(pairs)
    mean = sum(changes) / n
    sd = sqrt(sum((change - mean) ** 2 for change in changes) / (n - 1))
    t = mean / (sd / sqrt(n))
    assert (n, report["n"]) == (97, 97)
    assert (report["mean_change"], report["sd_change"], report["t"]) == pytest.approx((mean, sd, t))
    assert report["effect_size"] == pytest.approx(mean / sd)
    density = _student_density(n - 1)
    assert report["p"] == pytest.approx(2 * _integral(density, abs(t), abs(t) + 60), rel=1e-6)
    assert report["ci95"] is not None
    reach = (report["ci95"][1] - mean) / (sd / sqrt(n))
    assert _integral(density, -reach, reach) == pytest.approx(0.95, rel=1e-9)
    assert report["ci95"][0] == pytest.approx(mean - reach * sd / sqrt(n))
    assert report["response_rate"] == sum(first > 0 and 2 * last <= first for first, last in pairs) / n
    cases = [(first, last) for first, last in pairs if first >= 14]
    assert report["response_rate_caseness"] == sum(2 * last <= first for first, last in cases) / len(cases)


def test_each_follow_up_of_the_real_series_is_a_window() -> None:
    windows = cohort(BDI, _courses())["windows"]
    months = ["about 2 months", "about 4 months", "about 6 months", "about 8 months"]
    assert [(window["label"], window["n"]) for window in windows] == list(zip(months, [97, 73, 58, 52], strict=True))


def _courses() -> list[Course]:
    days = {"bdi.2m": 61, "bdi.4m": 122, "bdi.6m": 183, "bdi.8m": 245}
    with BTHEB.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [Course(int(r["bdi.pre"]), [(days[c], int(r[c])) for c in days if r[c]]) for r in rows]


def _student_density(freedom: int) -> Callable[[float], float]:
    scale = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)
    return lambda x: scale * (1 + x * x / freedom) ** (-(freedom + 1) / 2)


def _integral(f: Callable[[float], float], low: float, high: float, steps: int = 20_000) -> float:
    """Simpson's rule."""
    width = (high - low) / steps
    inner = sum((4 if i % 2 else 2) * f(low + i * width) for i in range(1, steps))
    return width / 3 * (f(low) + inner + f(high))
