"""What stands exactly on something of the same look is not drawn twice, and words still keep off all that is near."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api import charts
from api.charts import Measure, Point
from api.charts.sight import Cells, in_sight
from api.charts.text import Box
from tests.api.charts.drawing import drawings, of_class, titles, wide
from tests.api.gallery_charts import TIME_LINE, TODAY, TRAJECTORY

MORNING = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
PX = st.floats(-50, 900)
BOXES = st.builds(lambda x, y, wide, high: Box(x, y, x + wide, y + high), PX, PX, st.floats(0, 90), st.floats(0, 40))


def at(*totals: int, flagged: bool = False) -> tuple[Point, ...]:
    """Scores of one minute."""
    return tuple(
        Point(MORNING + timedelta(seconds=number), total, flagged, corrected_from=number)
        for number, total in enumerate(totals)
    )


def test_of_marks_that_lie_on_one_another_the_last_of_each_look_is_kept_in_its_order() -> None:
    assert in_sight(["a1", "b1", "a2", "c1", "b2"], lambda mark: mark[0]) == ["a2", "c1", "b2"]


def test_scores_on_one_spot_are_one_point_with_the_title_of_the_last() -> None:
    svg = wide(replace(TRAJECTORY, points=at(9, 9, 9, 4)))
    assert len(of_class(svg, "c-point")) == 2
    assert [said for said in titles(svg) if said.startswith("9, ")] == [
        next(said for said in titles(svg) if said.endswith("Corrected, was 2."))
    ]


def test_a_score_to_be_looked_at_is_seen_beside_one_that_is_not() -> None:
    svg = wide(replace(TRAJECTORY, points=(*at(9, flagged=True), *at(9))))
    assert len(of_class(svg, "c-point")) == 2
    assert len(of_class(svg, "c-flag")) == 1


def test_measures_of_one_day_are_one_mark_for_each_shape() -> None:
    measures = (*(Measure("PHQ-9", TODAY, 9) for _ in range(50)), Measure("PHQ-9", TODAY, 9, flagged=True))
    for svg in drawings(charts.draw_time_line(replace(TIME_LINE, measures=measures), "course")):
        assert len(of_class(svg, "c-measure")) == len(of_class(svg, "c-flag")) == 1


@given(st.lists(BOXES, max_size=30), BOXES)
def test_nothing_that_overlaps_is_passed_over(boxes: list[Box], asked: Box) -> None:
    cells: Cells[Box] = Cells()
    for box in boxes:
        cells.add(box, box)
    assert {box for box in boxes if asked.overlaps(box)} <= set(cells.near(asked))
