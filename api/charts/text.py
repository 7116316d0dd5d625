"""How much room words take in a chart, reckoned without a browser."""

from dataclasses import dataclass
from itertools import product
from typing import Literal

Anchor = Literal["start", "middle", "end"]

TEXT_PX = 12
ASCENT_PX = 10
DESCENT_PX = 3

# Advance widths in em of DejaVu Sans, the widest font a page may fall back to: what fits here fits everywhere.
WIDTHS = {
    0.30: "',.IJijl·| ",
    0.38: "-/:;!()[]rt",
    0.52: '*_"`szc–?L',
    0.62: "FPTYaekovxy",
    0.65: "0123456789$EKSbdfghnpqu",
    0.72: "ABCRVXZ",
    0.79: "DGHNOQU&",
}
WIDTH_OF = {letter: width for width, letters in WIDTHS.items() for letter in letters}
WIDEST = 1.0
BOLDER = 1.12

Point = tuple[float, float]
Segment = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in chart pixels; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def is_within(self, other: "Box") -> bool:
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )

    def grown(self, by: float) -> "Box":
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def overlap_area(self, other: "Box") -> float:
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, wide) * max(0.0, high)

    def holds(self, point: Point) -> bool:
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom

    def is_crossed_by(self, segment: Segment) -> bool:
        """Whether any part of the segment lies in the box."""
        (x1, y1), (x2, y2) = segment
        if max(x1, x2) < self.left or min(x1, x2) > self.right or max(y1, y2) < self.top or min(y1, y2) > self.bottom:
            return False
        if self.holds(segment[0]) or self.holds(segment[1]):
            return True
        corners = list(product((self.left, self.right), (self.top, self.bottom)))
        diagonals = ((corners[0], corners[3]), (corners[1], corners[2]))
        return any(_cross(segment, diagonal) for diagonal in diagonals)


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a baseline point."""

    x: float
    y: float
    words: str
    anchor: Anchor = "start"
    bold: bool = False

    def box(self) -> Box:
        width = text_width(self.words, bold=self.bold)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Box(left, self.y - ASCENT_PX, left + width, self.y + DESCENT_PX)


def text_width(words: str, *, bold: bool = False, px: float = TEXT_PX) -> float:
    """Pixels these words take at most."""
    em = sum(WIDTH_OF.get(letter, WIDEST) for letter in words)
    return em * px * (BOLDER if bold else 1.0)


def _cross(one: Segment, other: Segment) -> bool:
    return _side(one, other[0]) * _side(one, other[1]) <= 0 and _side(other, one[0]) * _side(other, one[1]) <= 0


def _side(segment: Segment, point: Point) -> float:
    (x1, y1), (x2, y2) = segment
    return (x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1)
