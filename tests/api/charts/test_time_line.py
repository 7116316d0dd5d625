"""The time line of an episode: phases, marks, lanes and today."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from api import charts
from api.charts import EpisodeTimeLine, Moment, Phase
from tests.api.charts.drawing import drawings, labels, named, of_class, overlapping, titles, words
from tests.api.gallery_charts import (
    TIME_LINE,
    TODAY,
    ZONE,
)


def test_a_time_line_says_that_the_list_has_the_same_in_words() -> None:
    svg = drawings(charts.draw_time_line(TIME_LINE, "course"))[0]
    assert svg.get("role") == "img"
    assert named(svg, "title") == "Time line; the list below says the same in words"


def test_every_mark_of_a_time_line_has_its_title() -> None:
    for svg in drawings(charts.draw_time_line(TIME_LINE, "course")):
        said = titles(svg)
        assert "Dosing, 8 Jan 2026 to now" in said
        assert "Referral, 2 Dec 2025 to 9 Dec 2025" in said
        assert "Dosing session 4, 19 Mar 2026, booked" in said
        assert "Held 5 Feb 2026, released 9 Feb 2026: blood pressure" in said
        assert "Held 12 Mar 2026, not released: safety review" in said
        assert "PHQ-9 due 3 Feb 2026, not answered" in said


def test_a_phase_is_named_inside_its_bar_only_where_the_name_fits() -> None:
    pictures = drawings(charts.draw_time_line(TIME_LINE, "course"))
    assert "Preparation" in words(pictures[0])
    assert "Preparation" not in words(pictures[3])
    assert len(of_class(pictures[3], "c-phase")) == 3
    assert len(of_class(pictures[3], "c-phase-now")) == 1


def test_the_date_of_today_wins_over_ticks_near_it() -> None:
    near_month_start = replace(TIME_LINE, today=date(2026, 3, 2))
    for svg in drawings(charts.draw_time_line(near_month_start, "course")):
        assert "today" in words(svg)
        assert "1 Mar" not in words(svg)


def test_lanes_are_named_on_wide_drawings_only() -> None:
    pictures = drawings(charts.draw_time_line(TIME_LINE, "course"))
    assert {"Phase", "Sessions", "Measures"} <= set(words(pictures[0]))
    assert "Sessions" not in words(pictures[2])


def test_the_letters_of_two_near_moments_step_aside_in_time_order() -> None:
    first = datetime(2026, 2, 19, 13, 20, tzinfo=ZONE)
    for a, b in ((first, first + timedelta(hours=1)), (first + timedelta(hours=1), first)):
        near = replace(TIME_LINE, moments=(Moment("A", a), Moment("B", b)))
        svg = drawings(charts.draw_time_line(near, "course"))[0]
        places = {label.words: label.x for label in labels(svg) if label.bold}
        assert abs(places["A"] - places["B"]) == pytest.approx(18, abs=0.11)
        assert (places["A"] < places["B"]) is (a < b)
        assert "A: 19 Feb 2026 13:20" in titles(svg) or "A: 19 Feb 2026 14:20" in titles(svg)


def test_a_new_episode_has_a_time_line_of_one_day() -> None:
    new = EpisodeTimeLine("KAP-0051", (Phase("Referral", TODAY, None, current=True),), TODAY, ZONE)
    for svg in drawings(charts.draw_time_line(new, "course")):
        assert overlapping(svg) == []
        assert len(of_class(svg, "c-phase-now")) == 1


def test_the_line_of_a_course_that_is_over_ends_with_it() -> None:
    over = replace(TIME_LINE, today=date(2046, 3, 12), over_on=TODAY)
    for svg in drawings(charts.draw_time_line(over, "course")):
        assert "today" not in words(svg)
        assert not of_class(svg, "c-today")
        assert not [word for word in words(svg) if "20" in word and "2026" not in word and "2025" not in word]
