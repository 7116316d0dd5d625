"""Where axes tick, and how labels make room for each other."""

from datetime import date

from api.charts.labels import spread
from api.charts.scale import date_ticks, tick_words
from api.charts.text import Box
from tests.api.gallery_charts import (
    TODAY,
)


def test_axes_tick_at_month_starts_thinned_to_what_fits() -> None:
    assert date_ticks(date(2025, 11, 27), date(2026, 3, 19), 6) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
        date(2026, 3, 1),
    ]
    year = date_ticks(date(2025, 1, 5), date(2026, 3, 19), 4)
    assert year == [date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1)]
    assert len(date_ticks(date(1990, 1, 1), date(2026, 1, 1), 4)) <= 4


def test_axes_of_a_few_weeks_tick_on_mondays() -> None:
    ticks = date_ticks(date(2026, 3, 4), date(2026, 3, 25), 4)
    assert ticks == [date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23)]
    assert tick_words(ticks, TODAY) == ["9 Mar", "16 Mar", "23 Mar"]


def test_axes_far_from_today_name_the_year() -> None:
    assert tick_words([date(2019, 3, 1)], TODAY) == ["Mar 2019"]
    assert tick_words([date(2019, 3, 4)], TODAY) == ["4 Mar 2019"]


def test_crowded_band_labels_are_spread_apart_inside_the_plot() -> None:
    placed = spread([40, 42, 44, 200], apart=14, top=44, bottom=206)
    assert placed == [44, 58, 72, 200]
    assert spread([190, 195, 200], apart=14, top=44, bottom=206) == [178, 192, 206]


def test_a_box_knows_what_crosses_it() -> None:
    box = Box(10, 10, 20, 20)
    assert box.is_crossed_by(((0, 15), (30, 15)))
    assert box.is_crossed_by(((12, 12), (13, 13)))
    assert not box.is_crossed_by(((0, 0), (30, 5)))
    assert not box.overlaps(Box(20, 10, 30, 20))
