"""The shapes of a trajectory, from back to front."""

from collections.abc import Iterator

from markupsafe import Markup

from api.charts import colours, marks, svg, trajectory_words
from api.charts.scale import edges_between
from api.charts.text import Box, Segment
from api.charts.trajectory_frame import Frame
from api.formats import full_date

FLAG_ABOVE_PX = 12
MISSED_ABOVE_PX = 8


def shapes(frame: Frame) -> Iterator[Markup]:
    """Everything that is not a word, in the order it is painted."""
    yield from _bands(frame)
    yield from _rules(frame)
    yield from _doses(frame)
    yield from _score_line(frame)
    yield from _missed(frame)
    yield from _points(frame)
    yield from _rail(frame)
    yield from _axis(frame)


def hairlines(frame: Frame) -> list[Segment]:
    """The faint lines through the plot, one for each dosing session."""
    return [((frame.on(dose.on), frame.top), (frame.on(dose.on), frame.bottom)) for dose in frame.of.dosing]


def obstacles(frame: Frame) -> Iterator[Box]:
    """Marks inside the plot that words must not cover."""
    for point, (x, y) in frame.in_sight:
        yield Box(x - 6, y - 6, x + 6, y + 6)
        if point.flagged:
            yield Box(x - 6, y - FLAG_ABOVE_PX - 6, x + 6, y - FLAG_ABOVE_PX + 5)
    for day in frame.of.missed:
        x, y = frame.on(day), frame.bottom - MISSED_ABOVE_PX
        yield Box(x - 6, y - 6, x + 6, y + 6)


def _bands(frame: Frame) -> Iterator[Markup]:
    bands = frame.of.bands
    if not bands:
        yield _fill(frame, frame.of.maximum, frame.of.minimum, 0)
        return
    edges = edges_between([band.low for band in bands], frame.of.minimum, frame.of.maximum)
    for band, (low, high) in zip(bands, edges, strict=True):
        yield _fill(frame, high, low, frame.of.shade(band))


def _fill(frame: Frame, high: float, low: float, shade: int) -> Markup:
    top, bottom = frame.y.px(high), frame.y.px(low)
    width = frame.right - frame.left
    return svg.rectangle(frame.left, top, width, bottom - top, f"c-band-{shade}", fill=colours.SEVERITY[shade])


def _rules(frame: Frame) -> Iterator[Markup]:
    for score, _ in frame.of.rules:
        y = frame.y.px(score)
        yield svg.line(frame.left, y, frame.right, y, "c-rule", colours.INK_2, stroke_dasharray="5 3")


def _doses(frame: Frame) -> Iterator[Markup]:
    for dose, ((x, top), (_, bottom)) in zip(frame.of.dosing, hairlines(frame), strict=True):
        yield svg.group(
            svg.line(x, top, x, bottom, "c-dose", colours.INK_2, stroke_opacity="0.6"),
            marks.dosing(x, frame.rail),
            title=f"Dosing session {dose.number}, {full_date(dose.on)}",
        )


def _score_line(frame: Frame) -> Iterator[Markup]:
    """Solid between answered scores, dashed across a missed one."""
    missed = [frame.on(day) for day in frame.of.missed]
    for (x1, y1), (x2, y2) in frame.line:
        if any(x1 < x < x2 for x in missed):
            yield svg.line(x1, y1, x2, y2, "c-line-missed", colours.DATA, stroke_dasharray="4 4", stroke_width="1.5")
        else:
            yield svg.line(x1, y1, x2, y2, "c-line", colours.DATA, stroke_width="2.25", stroke_linecap="round")


def _missed(frame: Frame) -> Iterator[Markup]:
    for day in frame.of.missed:
        mark = marks.missed(frame.on(day), frame.bottom - MISSED_ABOVE_PX)
        yield svg.group(mark, title=f"{frame.of.instrument} due {full_date(day)}, not answered")


def _points(frame: Frame) -> Iterator[Markup]:
    last = frame.of.in_order[-1]
    for point, (x, y) in frame.in_sight:
        parts = [marks.score(x, y, 5.5 if point is last else 4.5)]
        if point.flagged:
            parts.append(marks.flag(x, y - FLAG_ABOVE_PX))
        yield svg.group(*parts, title=trajectory_words.point_title(frame.of, point))


def _rail(frame: Frame) -> Iterator[Markup]:
    for day in frame.of.preparation:
        yield svg.group(marks.preparation(frame.on(day), frame.rail), title=f"Preparation session, {full_date(day)}")
    for day in frame.of.integration:
        yield svg.group(marks.integration(frame.on(day), frame.rail), title=f"Integration session, {full_date(day)}")


def _axis(frame: Frame) -> Iterator[Markup]:
    for day in frame.ticks:
        x = frame.start_of(day)
        yield svg.line(x, frame.bottom, x, frame.bottom + 4, "c-axis", colours.INK_2)
