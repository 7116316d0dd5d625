"""The legend beneath a trajectory: each mark that occurs, with its word."""

from collections.abc import Iterator

from markupsafe import Markup

from api.charts import marks, svg
from api.charts.trajectory import Trajectory


def legend(trajectory: Trajectory) -> Markup:
    """A list in words; empty when the chart has nothing but scores."""
    entries = svg.together(_entry(mark, words) for mark, words in _entries(trajectory))
    return svg.element("ul", entries, class_="legend") if entries else Markup("")


def _entries(trajectory: Trajectory) -> Iterator[tuple[Markup, str]]:
    if trajectory.dosing:
        yield marks.dosing(8, 8), "dosing"
    if trajectory.preparation:
        yield marks.preparation(8, 8), "preparation"
    if trajectory.integration:
        yield marks.integration(8, 8), "integration"
    if trajectory.missed:
        yield marks.missed(8, 8), "due, not answered"
    if any(point.flagged for point in trajectory.points):
        yield marks.flag(8, 8), trajectory.flag_words


def _entry(mark: Markup, words: str) -> Markup:
    key = svg.element("svg", mark, viewBox="0 0 16 16", width=16, height=16, aria_hidden="true")
    return svg.element("li", key, words)
