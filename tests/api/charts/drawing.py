"""What a chart that was drawn says: its words, labels and titles, and where they stand."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from xml.etree import ElementTree

from api import charts
from api.charts import Point, Trajectory
from api.charts.text import Anchor, Label
from tests.api.gallery_charts import (
    CORNER_CASES,
    REPLAY_LINE,
    TRAJECTORY,
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


def totals(*found: int) -> tuple[Point, ...]:
    return tuple(Point(date(2026, 3, 2 + number), total) for number, total in enumerate(found))
