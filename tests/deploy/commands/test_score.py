"""`throughline score`: totals, bands and flags, and refusals that name the item."""

import json
import subprocess
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from domain.instrument import ids, load


def test_answers_become_total_band_and_flags() -> None:
    done = CliRunner().invoke(app, ["score", "phq-9", "--answers", "1,0,2,1,0,1,1,0,1", "--json"])
    assert json.loads(done.stdout) == {
        "instrument": "phq-9",
        "version": "1",
        "total": 7,
        "band": "mild",
        "subscales": {},
        "flags": ["safety_item_positive"],
        "direction": "lower_is_better",
    }


def answer(instrument: str, answers: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["score", instrument, "--answers", answers, "--json"])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_p4_a_c_ssrs_answers_with_a_level() -> None:
    found = answer("c-ssrs", "1,0,,,,1,0")
    assert (found["level"], found["band"], found["total"], found["complete"]) == ("moderate", "moderate", None, True)
    assert answer("c-ssrs", "1,1,0,,0,0")["level"] is None
    done = CliRunner().invoke(app, ["score", "c-ssrs", "--answers", "1,1,0,,0,0"])
    assert "none yet: not all was asked" in done.stdout


@pytest.mark.parametrize("instrument", ids())
def test_every_instrument_is_scored_by_its_id(instrument: str) -> None:
    known = load(instrument)
    lowest = [str(known.values_of(item)[0]) for item in known.items]
    found = answer(instrument, ",".join(lowest))
    assert found["instrument"] == instrument
    assert (found["total"] is None) == (not known.has_total)


def test_criteria_and_shares_are_said_where_an_instrument_has_them() -> None:
    found = answer("meq-30", ",".join(["3"] * 30))
    assert found["criteria"] == {"complete mystical experience": True}
    assert found["percents"]["ineffability"] == 60
    done = CliRunner().invoke(app, ["score", "audit-c", "--answers", "2,1,0"])
    assert "cut-off for men, 4 or more: no; cut-off for women, 3 or more: yes" in done.stdout


def test_a_bare_total_counts_as_not_screened() -> None:
    done = CliRunner().invoke(app, ["score", "bdi-ii", "--total", "33", "--json"])
    answer = json.loads(done.stdout)
    assert (answer["band"], answer["flags"]) == ("severe", ["safety_item_not_screened"])


def test_an_empty_place_is_an_unanswered_item() -> None:
    done = CliRunner().invoke(app, ["score", "gad-7", "--answers", "1,1,1,,,,"])
    assert "none: too many items are unanswered" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["phq-9", "--answers", "1,0,2,1,0,1,1,0,9"], "throughline: Item 9 must be 0, 1, 2 or 3; you wrote 9."),
        (["phq-9", "--answers", "1,0,x"], "throughline: Item 3 must be a whole number; you wrote x."),
        (["phq-9", "--answers", "1,0"], "throughline: PHQ-9 has 9 items; you gave 2 answers."),
        (["bdi-ii", "--total", "64"], "throughline: A BDI-II total is from 0 to 63; you wrote 64."),
        (["phq-99", "--total", "1"], "throughline: There is no instrument phq-99. Choose one of: ace, audit,"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(arguments: list[str], sentence: str) -> None:
    done = CliRunner().invoke(app, ["score", *arguments])
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


def test_answers_and_total_together_are_a_wrong_call() -> None:
    assert CliRunner().invoke(app, ["score", "phq-9", "--answers", "1", "--total", "3"]).exit_code == 2


@pytest.mark.parametrize("arguments", [["--help"], ["score", "phq-9", "--total", "3"]])
def test_it_loads_nothing_heavy(arguments: list[str]) -> None:
    """What makes the program slow to start: the database driver, the web framework, statistics, the whole domain."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "deploy.cli", *arguments], check=True, capture_output=True, text=True
    ).stderr
    loaded = {line.rpartition("|")[2].strip() for line in told.splitlines()}
    assert "typer" in loaded
    assert not loaded & {"psycopg", "fastapi", "scipy", "eventsourcing", "cryptography", "domain.episode"}
