"""Where days and scores of a trajectory lie in a drawing of a given size."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from api.charts.scale import Scale, date_ticks, day_number
from api.charts.sight import in_sight, written_px
from api.charts.text import Segment
from api.charts.trajectory import Point, Trajectory

DAYS_BEFORE, DAYS_AFTER = 5, 7


@dataclass(frozen=True)
class Size:
    """The width a drawing is meant for, its margins, and how many dates its axis may name."""

    name: str
    width: int
    height: int
    right: int
    ticks: int
    left: int = 34
    top: int = 34
    bottom: int = 46


# Besides the wide and the narrow one two more, so that text is never scaled: between the breaks, and at 320 px.
WIDE = Size("wide", 840, 300, right=128, ticks=6)
MIDDLE = Size("middle", 560, 300, right=128, ticks=5)
NARROW = Size("narrow", 324, 270, right=74, ticks=4)
SMALL = Size("small", 256, 270, right=74, ticks=3)
SIZES = (WIDE, MIDDLE, NARROW, SMALL)


class Frame:
    """The plot of one trajectory at one size."""

    def __init__(self, trajectory: Trajectory, size: Size) -> None:
        self.of = trajectory
        self.size = size
        self.left, self.top = size.left, size.top
        self.right = size.width - size.right
        self.bottom = size.height - size.bottom
        first = min(trajectory.marked_days) - timedelta(days=DAYS_BEFORE)
        last = max(*trajectory.marked_days, trajectory.over_on or trajectory.today) + timedelta(days=DAYS_AFTER)
        self.ticks = date_ticks(first, last, size.ticks)
        self.x = Scale(first.toordinal(), last.toordinal() + 1, self.left, self.right)
        self.y = Scale(trajectory.minimum, trajectory.maximum, self.bottom, self.top)

    def at(self, point: Point) -> tuple[float, float]:
        """Where a score stands."""
        return self.x.px(day_number(point.at, self.of.zone)), self.y.px(point.total)

    @cached_property
    def places(self) -> list[tuple[Point, tuple[float, float]]]:
        """Every score in order, with where it stands."""
        return [(point, self.at(point)) for point in self.of.in_order]

    @cached_property
    def in_sight(self) -> list[tuple[Point, tuple[float, float]]]:
        """The same without those that stand exactly under a later one."""
        seen = in_sight(list(zip(self.places, self._written, strict=True)), lambda one: (one[1], one[0][0].flagged))
        return [one for one, _ in seen]

    @cached_property
    def line(self) -> list[Segment]:
        """The score line, piece by piece; what would lie exactly upon another piece is left out."""
        pieces = list(pairwise(zip((place for _, place in self.places), self._written, strict=True)))
        seen = in_sight(pieces, lambda piece: (piece[0][1], piece[1][1]))
        return [(begin, end) for (begin, _), (end, _) in seen]

    @cached_property
    def _written(self) -> list[tuple[float, float]]:
        """Where every score stands, as it is written."""
        return [(written_px(x), written_px(y)) for _, (x, y) in self.places]

    def on(self, day: date) -> float:
        """Where something of that day stands."""
        return self.x.px(day_number(day, self.of.zone))

    def start_of(self, day: date) -> float:
        """Where that day begins."""
        return self.x.px(day.toordinal())

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def rail(self) -> float:
        """The height of the session marks beneath the plot."""
        return self.bottom + 14.0
