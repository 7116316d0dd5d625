"""Scores over a course: the scale, the points, what is flagged, corrected or missed, and the legend."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from api import charts
from api.charts import Dosing, Point, Trajectory
from tests.api.charts.drawing import drawings, labels, named, of_class, parse, titles, wide, words
from tests.api.gallery_charts import (
    CORNER_CASES,
    HAM_A,
    PHQ_9_BANDS,
    TODAY,
    TRAJECTORY,
    WHO_5,
    scores,
    weekly_doses,
)


def test_bands_part_halfway_between_scores_and_darken_with_severity() -> None:
    svg = wide(TRAJECTORY)
    none, mild = of_class(svg, "c-band-0")[0], of_class(svg, "c-band-1")[0]
    edge = 254 - (254 - 34) * 4.5 / 27
    assert float(none.get("y", "")) == pytest.approx(edge, abs=0.06)
    assert float(mild.get("y", "")) + float(mild.get("height", "")) == pytest.approx(edge, abs=0.11)
    assert [TRAJECTORY.shade(band) for band in PHQ_9_BANDS] == [0, 1, 2, 3, 4]
    assert [WHO_5.shade(band) for band in WHO_5.bands] == [4, 2, 0]


def test_the_axis_shows_the_full_range_and_which_way_is_better() -> None:
    assert {"27", "20", "15", "10", "5", "0"} <= set(words(wide(TRAJECTORY)))
    assert "PHQ-9, 0–27 · ↓ lower is better" in words(wide(TRAJECTORY))
    assert "WHO-5, 0–100 · ↑ higher is better" in words(wide(WHO_5))


def test_bands_are_named_with_their_scores_where_there_is_room_and_by_word_alone_where_not() -> None:
    pictures = drawings(charts.draw_trajectory(TRAJECTORY, "phq9"))
    assert "mod. severe 15–19" in words(pictures[0])
    assert {"mod. sev.", "moderate", "none"} <= set(words(pictures[2]))
    assert "none 0–4" not in words(pictures[2])


def test_without_published_bands_each_cut_off_is_one_labelled_line() -> None:
    svg = wide(HAM_A)
    assert len(of_class(svg, "c-rule")) == 1
    assert "mild up to 17" in words(svg)
    assert "half of first score" not in words(svg)


def test_only_the_first_and_the_last_value_are_printed() -> None:
    for svg in drawings(charts.draw_trajectory(TRAJECTORY, "phq9")):
        assert sorted(label.words for label in labels(svg) if label.bold) == ["14", "21"]


def test_the_line_across_a_missed_score_is_dashed_and_a_diamond_marks_the_day() -> None:
    svg = wide(TRAJECTORY)
    assert len(of_class(svg, "c-line")) == 4
    assert [one.get("stroke-dasharray") for one in of_class(svg, "c-line-missed")] == ["4 4"]
    assert len(of_class(svg, "c-missed")) == 1
    assert "PHQ-9 due 3 Feb 2026, not answered" in titles(svg)


def test_a_flagged_score_has_a_triangle_with_its_words_on_the_left_near_the_edge() -> None:
    long = replace(TRAJECTORY, missed=(), dosing=(Dosing(date(2025, 6, 1), 1),), preparation=(), integration=())
    late = wide(replace(long, points=(Point(TODAY, 14, flagged=True),)))
    assert len(of_class(late, "c-flag")) == 1
    assert next(label for label in labels(late) if label.words == "item 9").anchor == "end"
    early = wide(replace(long, points=(Point(date(2025, 8, 1), 14, flagged=True),)))
    assert next(label for label in labels(early) if label.words == "item 9").anchor == "start"


def test_a_value_moves_below_its_point_when_a_flag_sits_above() -> None:
    plain, flagged = scores(21, 14), tuple(replace(point, flagged=True) for point in scores(21, 14))
    for points, is_below in ((plain, False), (flagged, True)):
        svg = wide(replace(TRAJECTORY, points=points, missed=()))
        last = next(label for label in labels(svg) if label.bold and label.words == "14")
        assert (last.y > 254 - 220 * 14 / 27) is is_below


def test_a_corrected_score_says_what_it_was() -> None:
    assert "19, mod. severe, 16 Dec 2025. Corrected, was 16." in titles(wide(TRAJECTORY))
    row = next(row for row in charts.rows(TRAJECTORY) if row.was)
    assert (row.score, row.was, row.change) == ("19", "16", "−2")


def test_two_scores_of_one_day_stand_in_time_order() -> None:
    morning = Point(datetime(2026, 3, 12, 16, 0, tzinfo=UTC), 20)
    evening = Point(datetime(2026, 3, 13, 1, 0, tzinfo=UTC), 12)
    both = replace(TRAJECTORY, points=(evening, morning), missed=())
    assert [point.total for point in both.in_order] == [20, 12]
    assert both.day(evening) == TODAY
    centres = [float(one.get("cx", "")) for one in of_class(wide(both), "c-point")]
    assert centres == sorted(centres)


def test_dose_labels_closer_than_26_pixels_are_left_out_but_their_marks_stay() -> None:
    crowded = replace(TRAJECTORY, dosing=weekly_doses(12), points=scores(*range(12)), missed=())
    for svg in drawings(charts.draw_trajectory(crowded, "phq9")):
        drawn = [label.x for label in labels(svg) if label.words.startswith("D")]
        assert all(right - left >= 26 for left, right in pairwise(drawn))
        assert len(of_class(svg, "c-mark")) == 12
        assert "Dosing session 12, 12 Mar 2026" in titles(svg)


def test_one_score_is_a_point_and_says_that_change_needs_a_second() -> None:
    one = CORNER_CASES["one score"]
    svg = wide(one)
    assert len(of_class(svg, "c-point")) == 1
    assert of_class(svg, "c-line") == []
    assert named(svg, "title") == "PHQ-9 of KAP-0012, 12 Mar 2026"
    assert "First 16 (mod. severe); change needs a second." in named(svg, "desc")
    assert charts.change(one) is None


def test_no_score_is_a_sentence_and_no_chart() -> None:
    none = charts.draw_trajectory(CORNER_CASES["none yet"], "phq9")
    assert none == '<p class="empty">No PHQ-9 yet. Due before dosing session 1.</p>'
    asked = charts.draw_trajectory(replace(TRAJECTORY, points=()), "phq9")
    assert "1 not answered, on 3 Feb 2026." in asked


def test_the_legend_names_only_the_marks_that_occur() -> None:
    def legend(trajectory: Trajectory) -> list[str]:
        return ["".join(item.itertext()) for item in parse(charts.draw_trajectory(trajectory, "one")).iter("li")]

    assert legend(TRAJECTORY) == ["dosing", "preparation", "integration", "due, not answered", "item 9 above 0"]
    assert legend(CORNER_CASES["one score"]) == []
