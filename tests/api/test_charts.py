"""Charts are well-formed, keep to the content security policy, read at every width, and say in words what they show."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api import charts
from api.charts import Dosing, EpisodeTimeLine, Moment, Phase, Point, Sparkline, Trajectory
from api.charts.labels import spread
from api.charts.scale import date_ticks, tick_words
from api.charts.text import Anchor, Box, Label
from tests.api.gallery_charts import (
    CORNER_CASES,
    HAM_A,
    PHQ_9_BANDS,
    REPLAY_LINE,
    TIME_LINE,
    TODAY,
    TRAJECTORY,
    WHO_5,
    ZONE,
    scores,
    weekly_doses,
)

DRAWN = {name: trajectory for name, trajectory in CORNER_CASES.items() if trajectory.points} | {"course": TRAJECTORY}
SVG = "{http://www.w3.org/2000/svg}"


def parse(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<body>{markup}</body>")  # noqa: S314 - drawn a line above


def drawings(markup: str) -> list[ElementTree.Element]:
    return [svg for svg in parse(markup).iter(f"{SVG}svg") if "drawing" in svg.get("class", "").split()]


def labels(svg: ElementTree.Element) -> list[Label]:
    return [_label(text) for text in svg.iter(f"{SVG}text")]


def _label(text: ElementTree.Element) -> Label:
    anchor: Anchor = {"start": "start", "middle": "middle", "end": "end"}[text.get("text-anchor", "start")]  # type: ignore[assignment]
    return Label(
        float(text.get("x", "")),
        float(text.get("y", "")),
        text.text or "",
        anchor,
        bold=text.get("font-weight") == "700",
    )


def words(svg: ElementTree.Element) -> list[str]:
    return [label.words for label in labels(svg)]


def titles(svg: ElementTree.Element) -> list[str]:
    return [title.text or "" for title in svg.iter(f"{SVG}title")][1:]


def of_class(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [one for one in svg.iter() if one.get("class") == name]


def named(svg: ElementTree.Element, name: str) -> str:
    found = next(one for one in svg if one.tag == f"{SVG}{name}")
    return found.text or ""


def wide(trajectory: Trajectory) -> ElementTree.Element:
    return drawings(charts.draw_trajectory(trajectory, "phq9"))[0]


def all_drawings() -> Iterator[tuple[str, ElementTree.Element]]:
    for name, trajectory in DRAWN.items():
        for svg in drawings(charts.draw_trajectory(trajectory, "one")):
            yield f"{name} {svg.get('width')}", svg
    for svg in drawings(charts.draw_time_line(REPLAY_LINE, "two", charts.REPLAY_SIZES)):
        yield f"time line {svg.get('width')}", svg


def overlapping(svg: ElementTree.Element) -> list[tuple[str, str]]:
    pairs = combinations(labels(svg), 2)
    return [(one.words, other.words) for one, other in pairs if one.box().overlaps(other.box())]


def outside(svg: ElementTree.Element) -> list[str]:
    width, height = float(svg.get("width", "")), float(svg.get("height", ""))
    boxes = [(label.words, label.box()) for label in labels(svg)]
    return [name for name, box in boxes if box.left < 0 or box.right > width or box.top < -0.5 or box.bottom > height]


def test_labels_never_overlap_and_never_leave_the_picture() -> None:
    for name, svg in all_drawings():
        assert overlapping(svg) == [], name
        assert outside(svg) == [], name


@settings(max_examples=60, deadline=None)
@given(
    points=st.lists(st.tuples(st.integers(0, 240), st.integers(0, 27), st.booleans()), min_size=1, max_size=25),
    missed=st.lists(st.integers(0, 240), max_size=4),
    doses=st.lists(st.integers(0, 240), max_size=12, unique=True),
)
def test_no_course_makes_labels_overlap(
    points: list[tuple[int, int, bool]], missed: list[int], doses: list[int]
) -> None:
    trajectory = replace(
        TRAJECTORY,
        points=tuple(Point(TODAY - timedelta(days=back), total, flagged) for back, total, flagged in points),
        missed=tuple(TODAY - timedelta(days=back) for back in missed),
        dosing=tuple(Dosing(TODAY - timedelta(days=back), n) for n, back in enumerate(sorted(doses, reverse=True), 1)),
    )
    for svg in drawings(charts.draw_trajectory(trajectory, "any")):
        assert overlapping(svg) == []
        assert outside(svg) == []


def test_labels_keep_off_the_score_line() -> None:
    for name, svg in all_drawings():
        lines = of_class(svg, "c-line") + of_class(svg, "c-line-missed")
        segments = [
            ((float(one.get("x1", "")), float(one.get("y1", ""))), (float(one.get("x2", "")), float(one.get("y2", ""))))
            for one in lines
        ]
        beside = [label for label in labels(svg) if not label.bold]
        struck = [label.words for label in beside for segment in segments if label.box().is_crossed_by(segment)]
        assert struck == [], name


def test_text_is_twelve_pixels_at_every_width_and_no_drawing_needs_a_style() -> None:
    for name, svg in all_drawings():
        assert {text.get("font-size") for text in svg.iter(f"{SVG}text")} == {"12"}, name
        assert not [one.tag for one in svg.iter() if one.get("style") or one.tag in (f"{SVG}style", f"{SVG}script")]
        assert svg.get("viewBox") == f"0 0 {svg.get('width')} {svg.get('height')}"


def test_each_chart_is_drawn_for_every_width() -> None:
    sizes = [(svg.get("width"), svg.get("height")) for svg in drawings(charts.draw_trajectory(TRAJECTORY, "phq9"))]
    assert sizes == [("840", "300"), ("560", "300"), ("324", "270"), ("256", "270")]
    lines = drawings(charts.draw_time_line(REPLAY_LINE, "replay", charts.REPLAY_SIZES))
    assert [svg.get("width") for svg in lines] == ["1190", "840", "560", "324", "256"]


def test_ids_are_unique_on_a_page_with_several_charts() -> None:
    page = charts.draw_trajectory(TRAJECTORY, "phq9") + charts.draw_trajectory(WHO_5, "who5")
    page += charts.draw_time_line(TIME_LINE, "course")
    ids = [one.get("id") for one in parse(page).iter() if one.get("id")]
    assert len(ids) == len(set(ids)) == 2 * 4 * 2 + 4


def test_a_picture_is_named_and_described_in_words() -> None:
    svg = wide(TRAJECTORY)
    assert svg.get("role") == "img"
    assert named(svg, "title") == "PHQ-9 of KAP-0012, 2 Dec 2025 to 12 Mar 2026"
    assert named(svg, "desc") == (
        "6 scores: 21, 19, 18, 15, 11, 14. First 21 (severe), last 14 (moderate), 7 points lower."
        " 1 not answered, on 3 Feb 2026. Item 9 above 0 on 12 Mar 2026."
        " Dosing sessions on 8 Jan 2026, 22 Jan 2026 and 19 Feb 2026. The table below has every value."
    )


def test_names_in_a_chart_are_escaped() -> None:
    svg = wide(replace(TRAJECTORY, instrument='<b>"&', safety_item="<i>"))
    assert named(svg, "title").startswith('<b>"& of KAP-0012')


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


def test_a_sparkline_spans_the_full_range_so_that_rows_compare() -> None:
    svg = parse(charts.draw_sparkline(Sparkline("KAP-0012", "PHQ-9", 0, 27, (27, 14, 0), 10)))[0]
    assert svg.get("aria-label") == "PHQ-9 of KAP-0012 from 27 to 0"
    line = next(one for one in svg if one.tag == f"{SVG}polyline")
    assert line.get("points") == "4.0,4.0 46.0,17.5 88.0,32.0".replace("17.5", f"{32 - 28 * 14 / 27:.1f}")
    assert [one.get("class") for one in svg if one.tag == f"{SVG}circle"] == ["c-spark-first", "c-measure"]
    assert len(of_class(svg, "c-rule")) == 1


def test_a_sparkline_of_one_score_is_one_dot_and_of_none_a_word() -> None:
    svg = parse(charts.draw_sparkline(Sparkline("KAP-0040", "PHQ-9", 0, 27, (16,))))[0]
    assert [one.tag for one in svg] == [f"{SVG}circle"]
    assert svg.get("aria-label") == "PHQ-9 of KAP-0040: 16, one score"
    assert charts.draw_sparkline(Sparkline("KAP-0040", "PHQ-9", 0, 27, ())) == '<span class="quiet">no score</span>'


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


def totals(*found: int) -> tuple[Point, ...]:
    return tuple(Point(date(2026, 3, 2 + number), total) for number, total in enumerate(found))
