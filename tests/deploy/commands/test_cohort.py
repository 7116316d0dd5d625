"""`throughline cohort`: figures of real scores against sums done here without a statistics library."""

import csv
from math import sqrt
from pathlib import Path

import pytest

from tests.deploy.conftest import CommandLine

BTHEB = Path(__file__).parents[2] / "data" / "btheb.csv"
VISITS = {"bdi.pre": "0m", "bdi.2m": "2m", "bdi.4m": "4m", "bdi.6m": "6m", "bdi.8m": "8m"}


def import_btheb(throughline: CommandLine) -> None:
    throughline.answer(
        "import", "outcomes", BTHEB, "--instrument", "bdi-ii", "--patient-column", "rownames", "--start-on",
        "2026-01-05", "--network", "btheb", "--therapist", "mara@example.org", "--create",
        "--wide", "--at", ",".join(f"{column}={time}" for column, time in VISITS.items()),
    )  # fmt: skip


def pairs() -> list[tuple[int, int]]:
    """First and last score of everybody who has both, straight from the file."""
    found = []
    with BTHEB.open() as file:
        for row in csv.DictReader(file):
            scores = [int(row[column]) for column in VISITS if row[column] not in ("", "NA")]
            if len(scores) > 1:
                found.append((scores[0], scores[-1]))
    return found


def test_the_real_series_against_sums_by_hand(throughline: CommandLine) -> None:
    import_btheb(throughline)
    report = throughline.answer("cohort", "--instrument", "bdi-ii")
    known = pairs()
    changes = [last - first for first, last in known]
    mean = sum(changes) / len(changes)
    sd = sqrt(sum((change - mean) ** 2 for change in changes) / (len(changes) - 1))
    assert report["n"] == len(known) == 97
    assert report["pre_mean"] == pytest.approx(sum(first for first, _ in known) / 97)
    assert report["post_mean"] == pytest.approx(sum(last for _, last in known) / 97)
    assert (report["mean_change"], report["sd_change"]) == pytest.approx((mean, sd))
    assert report["t"] == pytest.approx(mean / (sd / sqrt(97)))
    assert (report["effect_size"], report["effect_size_kind"]) == (pytest.approx(mean / sd), "dz")
    halved = sum(first > 0 and last <= first / 2 for first, last in known)
    assert report["response_rate"] == pytest.approx(halved / 97)
    low, high = report["ci95"]
    assert (low + high) / 2 == pytest.approx(mean)
    assert 1.98 < (high - low) / 2 / (sd / sqrt(97)) < 1.99  # t of 97.5 % at 96 degrees of freedom
    assert [window["label"] for window in report["windows"]] == [
        "about 2 months",
        "about 4 months",
        "about 6 months",
        "about 8 months",
    ]
    assert report["windows"][0]["n"] == 97
    assert report["windows"][3]["n"] == 52


def test_several_networks_are_named_where_none_is_chosen(throughline: CommandLine) -> None:
    assert throughline.refusal("cohort", "--instrument", "bdi-ii").startswith("There is no network yet")
    for slug in ("harbour", "inland"):
        throughline.answer("network", "create", slug, "--title", slug, "--zone", "UTC")
    refusal = throughline.refusal("cohort", "--instrument", "bdi-ii")
    assert refusal == "There are several networks; choose one with --network: harbour, inland."
    empty = throughline.answer("cohort", "--instrument", "bdi-ii", "--network", "inland")
    assert (empty["n"], empty["windows"]) == (0, [])
