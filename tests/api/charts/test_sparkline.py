"""The small line of a row."""

from api import charts
from api.charts import Sparkline
from tests.api.charts.drawing import SVG, of_class, parse


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
