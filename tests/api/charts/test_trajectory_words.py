"""What changed, in words and in the table: by the rules of the instrument, in its direction."""

from dataclasses import replace
from datetime import date

import pytest

from api import charts
from api.charts import Point, Trajectory
from tests.api.charts.drawing import totals, wide, words
from tests.api.gallery_charts import (
    TRAJECTORY,
    WHO_5,
    scores,
)


def test_the_change_is_told_with_the_rules_of_the_instrument() -> None:
    change = charts.change(TRAJECTORY)
    assert change is not None
    assert change.headline == "21 → 14, 7 points lower"
    assert change.reliable == "Reliable change (6 or more)"
    assert change.response == "A response would be 10 or less."
    assert (change.band, change.bars, change.bands) == ("moderate 10–14", 3, 5)
    responded = charts.change(replace(TRAJECTORY, points=scores(21, 10)))
    assert responded is not None
    assert responded.response == "Response (10 or less)."


@pytest.mark.parametrize(
    ("trajectory", "totals", "reliable"),
    [
        (TRAJECTORY, (14, 20), "Reliable worsening (6 or more)"),
        (TRAJECTORY, (14, 10), ""),
        (WHO_5, (20, 64), "Reliable change (10 or more)"),
        (WHO_5, (64, 20), "Reliable worsening (10 or more)"),
    ],
)
def test_better_and_worse_follow_the_direction(trajectory: Trajectory, totals: tuple[int, ...], reliable: str) -> None:
    change = charts.change(replace(trajectory, points=scores(*totals)))
    assert change is not None
    assert change.reliable == reliable


def test_the_table_has_every_score_and_every_missed_one_in_order() -> None:
    rows = charts.rows(TRAJECTORY)
    assert [row.score for row in rows] == ["21", "19", "18", "15", "not answered", "11", "14"]
    assert [row.change for row in rows] == ["first", "−2", "−3", "−6", "", "−10", "−7"]
    assert rows[0].safety == "not asked"
    assert rows[-1].safety == "1"


LEVELS = replace(
    TRAJECTORY,
    instrument="C-SSRS",
    minimum=0,
    maximum=3,
    bands=tuple(
        charts.Band(name, name, place, place) for place, name in enumerate(("none", "low", "moderate", "high"))
    ),
    points=(Point(date(2026, 3, 2), 3, flagged=True, safety_answer=3), Point(date(2026, 3, 16), 1, safety_answer=1)),
    missed=(),
    response_share=None,
    reliable_change=None,
    safety_item="",
    is_levels=True,
)


def test_levels_are_said_by_their_names() -> None:
    assert [(row.score, row.band, row.change) for row in charts.rows(LEVELS)] == [
        ("high", "", "first"),
        ("low", "", ""),
    ]
    changed = charts.change(LEVELS)
    assert changed is not None
    assert (changed.headline, changed.band, changed.reliable, changed.response) == ("high → low", "", "", "")
    said = set(words(wide(LEVELS)))
    assert {"high", "moderate", "low", "none"} <= said
    assert not {"0", "1", "2", "3"} & said


def test_a_response_may_be_a_number_of_points_in_either_direction() -> None:
    lower = replace(TRAJECTORY, response_share=None, response_points=10, points=totals(40, 31))
    higher = replace(lower, better="higher", points=totals(40, 50))
    assert (lower.response_at, higher.response_at) == (30, 50)
    first, second = charts.change(lower), charts.change(higher)
    assert first is not None
    assert second is not None
    assert (first.response, second.response) == ("A response would be 30 or less.", "Response (50 or more).")
