"""The words of a trajectory: what must stand is placed first, the rest only where room is left."""

from collections.abc import Iterator

from markupsafe import Markup

from api.charts import colours, svg
from api.charts.labels import Room, spread
from api.charts.scale import edges_between, tick_words
from api.charts.text import Anchor, Box, Label, text_width
from api.charts.trajectory import Band, Point
from api.charts.trajectory_frame import Frame
from api.charts.trajectory_shapes import hairlines, obstacles
from api.formats import score_range

DOSE_LABELS_APART_PX = 26
BAND_LABELS_APART_PX = 14
FLAG_TURNS_LEFT_WITHIN_PX = 50

Place = tuple[float, float, Anchor]


def labels(frame: Frame) -> Iterator[Markup]:
    """All words as SVG text, none upon another, upon a mark or upon the line."""
    room = Room(Box(0, 0, frame.size.width, frame.size.height))
    for label in (_heading(frame), *_band_labels(frame), *_score_labels(frame), *_date_labels(frame)):
        if room.place([label]):
            yield svg.words(label)
    room.keep_clear(obstacles(frame))
    room.keep_clear_of_lines(frame.line)
    room.hairlines.extend(hairlines(frame))
    for label in _values(frame, room):
        yield svg.words(label, "c-value", colours.INK)
    for label in (*_flags(frame, room), *_doses(frame, room), *_rules(frame, room)):
        yield svg.words(label)


def _heading(frame: Frame) -> Label:
    better = "↓ lower" if frame.of.better == "lower" else "↑ higher"
    if frame.of.is_levels:
        return Label(8, 12, f"{frame.of.instrument} · {better} is better")
    scores = score_range(frame.of.minimum, frame.of.maximum)
    return Label(8, 12, f"{frame.of.instrument}, {scores} · {better} is better")


def _band_labels(frame: Frame) -> Iterator[Label]:
    """Outside the plot at the centre of each band, worst crowding spread apart."""
    bands = frame.of.bands
    if not bands:
        return
    edges = edges_between([band.low for band in bands], frame.of.minimum, frame.of.maximum)
    centres = [frame.y.px((low + high) / 2) + 4 for low, high in reversed(edges)]
    baselines = spread(centres, BAND_LABELS_APART_PX, frame.top + 10, frame.bottom)
    for words, y in zip(reversed(_band_words(frame)), baselines, strict=True):
        yield Label(frame.right + 8, y, words)


def _band_words(frame: Frame) -> list[str]:
    """Word and scores where all fit the margin, a long word alone cut short; else words alone, else short words."""
    bands, room = frame.of.bands, frame.size.right - 10
    if frame.of.is_levels:
        return [band.short for band in bands]
    with_scores = [_fitting(band, score_range(band.low, band.high), room) for band in bands]
    labels = [band.label for band in bands]
    for wording in (with_scores, labels):
        if all(text_width(words) <= room for words in wording):
            return wording
    return [band.short for band in bands]


def _fitting(band: Band, scores: str, room: float) -> str:
    whole = f"{band.label} {scores}"
    return whole if text_width(whole) <= room else f"{band.short} {scores}"


def _score_labels(frame: Frame) -> Iterator[Label]:
    """The maximum and the lower bound of each band; one that would touch the last gives way. Levels have names."""
    if frame.of.is_levels:
        return
    scores = sorted({frame.of.minimum, *(band.low for band in frame.of.bands)} - {frame.of.maximum})
    for score in (frame.of.maximum, *scores):
        yield Label(frame.left - 6, frame.y.px(score) + 4, str(score), "end")


def _date_labels(frame: Frame) -> Iterator[Label]:
    for day, words in zip(frame.ticks, tick_words(frame.ticks, frame.of.today), strict=True):
        yield Label(frame.start_of(day), frame.bottom + 38, words, "middle")


def _values(frame: Frame, room: Room) -> Iterator[Label]:
    """Last and first value; above the point, below it where a flag sits above."""
    points = frame.of.in_order
    for point in dict.fromkeys((points[-1], points[0])):
        yield room.place_somewhere(_value_places(frame, point))


def _value_places(frame: Frame, point: Point) -> list[Label]:
    """Close to the point first; further off only where the course leaves no other room."""
    x, y = frame.at(point)
    words = frame.of.said(point.total)
    near_above: list[Place] = [(x, y - 11, "middle"), (x - 7, y - 9, "end"), (x + 7, y - 9, "start")]
    near_below: list[Place] = [(x, y + 20, "middle"), (x - 7, y + 18, "end"), (x + 7, y + 18, "start")]
    beside: list[Place] = [(x - 10, y + 4, "end"), (x + 10, y + 4, "start")]
    further: list[Place] = [(x, y + away, "middle") for away in (-26, 34, -40, 48, -54, 62)]
    near = near_below if point.flagged else [*near_above, *near_below]
    return [Label(at, to, words, anchor, bold=True) for at, to, anchor in (*near, *beside, *further)]


def _flags(frame: Frame, room: Room) -> Iterator[Label]:
    """`item 9` beside its triangle, newest first; on the left near the right edge."""
    for point, (x, y) in reversed(frame.in_sight):
        if not point.flagged:
            continue
        left = Label(x - 9, y - 8, frame.of.safety_item, "end")
        right = Label(x + 9, y - 8, frame.of.safety_item)
        above = Label(x, y - 22, frame.of.safety_item, "middle")
        near_edge = x > frame.right - FLAG_TURNS_LEFT_WITHIN_PX
        placed = room.place([left, above] if near_edge else [right, left, above])
        if placed:
            yield placed


def _doses(frame: Frame, room: Room) -> Iterator[Label]:
    """`D1` above the plot; one too near to the last drawn is left out, its mark and title stay."""
    drawn_at = -float(DOSE_LABELS_APART_PX)
    for dose in frame.of.dosing:
        x = frame.on(dose.on)
        if x - drawn_at < DOSE_LABELS_APART_PX:
            continue
        placed = room.place([Label(x, frame.top - 6, f"D{dose.number}", "middle")])
        if placed:
            drawn_at = x
            yield placed


def _rules(frame: Frame, room: Room) -> Iterator[Label]:
    """What a dashed rule means, above or below it, wherever the score line leaves room."""
    for score, words in frame.of.rules:
        y = frame.y.px(score)
        places = [
            place
            for baseline in (y - 5, y + 14)
            for place in (
                Label(frame.left + 6, baseline, words),
                Label(frame.right - 6, baseline, words, "end"),
                Label(frame.middle, baseline, words, "middle"),
            )
        ]
        placed = room.place(places)
        if placed:
            yield placed
