"""What holds for every chart at every width: nothing overlaps, all is named in words, nothing needs a style."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from api import charts
from api.charts import Dosing, Point
from tests.api.charts.drawing import (
    SVG,
    all_drawings,
    drawings,
    labels,
    named,
    of_class,
    outside,
    overlapping,
    parse,
    wide,
)
from tests.api.gallery_charts import (
    REPLAY_LINE,
    TIME_LINE,
    TODAY,
    TRAJECTORY,
    WHO_5,
)


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
