"""Where words go in a chart so that none lies on another or on the line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from api.charts.sight import Cells
from api.charts.text import Box, Label, Segment

CLEARANCE_PX = 1.0


@dataclass(slots=True)
class Room:
    """What is already drawn in one chart: labels must keep clear of it."""

    picture: Box
    boxes: list[Box] = field(default_factory=list)
    hairlines: list[Segment] = field(default_factory=list)
    _boxes_near: Cells[Box] = field(default_factory=Cells)
    _lines_near: Cells[Segment] = field(default_factory=Cells)

    def keep_clear(self, boxes: Iterable[Box]) -> None:
        for box in boxes:
            self._keep_clear_of(box)

    def keep_clear_of_lines(self, lines: Iterable[Segment]) -> None:
        for line in lines:
            (x1, y1), (x2, y2) = line
            self._lines_near.add(line, Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)))

    def place(self, candidates: Sequence[Label]) -> Label | None:
        """Take the first free place, best one that no hairline crosses either; none when all are taken."""
        free = [label for label in candidates if self.is_free(label.box())]
        if not free:
            return None
        return self._take(next(filter(self._is_clear, free), free[0]))

    def place_somewhere(self, candidates: Sequence[Label]) -> Label:
        """Take the first free place, else the least crowded: for words that may not be left out."""
        return self.place(candidates) or self._take(min(candidates, key=self._crowding))

    def is_free(self, box: Box) -> bool:
        if not box.is_within(self.picture):
            return False
        around = box.grown(CLEARANCE_PX)
        if any(around.overlaps(taken) for taken in self._boxes_near.near(around)):
            return False
        return not any(around.is_crossed_by(line) for line in self._lines_near.near(around))

    def _is_clear(self, label: Label) -> bool:
        box = label.box()
        return not any(box.is_crossed_by(hairline) for hairline in self.hairlines)

    def _take(self, label: Label) -> Label:
        self._keep_clear_of(label.box())
        return label

    def _keep_clear_of(self, box: Box) -> None:
        self.boxes.append(box)
        self._boxes_near.add(box, box)

    def _crowding(self, label: Label) -> float:
        box = label.box()
        outside = 0 if box.is_within(self.picture) else 1000
        return outside + sum(box.overlap_area(taken) for taken in self.boxes)


def spread(centres: Sequence[float], apart: float, top: float, bottom: float) -> list[float]:
    """Move neighbours at least `apart` from one another, keeping their order; `centres` run downwards."""
    placed: list[float] = []
    for centre in centres:
        placed.append(max(centre, placed[-1] + apart) if placed else max(centre, top))
    for index in range(len(placed) - 1, -1, -1):
        ceiling = bottom if index == len(placed) - 1 else placed[index + 1] - apart
        placed[index] = min(placed[index], ceiling)
    return placed
