"""What an outcome trajectory shows: the scores of one instrument in one episode, with their bands and marks."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import Literal, NamedTuple

from api.charts.scale import day_number
from api.formats import day_of


class Band(NamedTuple):
    """A published severity band, both ends included; `short` is its word where room is scarce (`mod. sev.`)."""

    label: str
    short: str
    low: int
    high: int


class CutOff(NamedTuple):
    """A score drawn as a labelled line where an instrument publishes no bands."""

    at: float
    label: str


class Dosing(NamedTuple):
    """A dosing session that took place, with its number in the episode."""

    on: date
    number: int


@dataclass(frozen=True)
class Point:
    """One recorded score; the last corrected value, with what it was before."""

    at: date | datetime
    total: int
    flagged: bool = False
    corrected_from: int | None = None
    safety_answer: int | None = None
    recorded_by: str = ""
    source: str = ""
    href: str = ""


@dataclass(frozen=True)
class Trajectory:
    """All scores of one instrument in time order, and what happened beside them."""

    reference: str
    instrument: str
    minimum: int
    maximum: int
    bands: tuple[Band, ...]
    points: tuple[Point, ...]
    today: date
    zone: tzinfo
    over_on: date | None = None
    """The last day of a course that is over: years without care after it would press its scores together."""
    better: Literal["lower", "higher"] = "lower"
    missed: tuple[date, ...] = ()
    dosing: tuple[Dosing, ...] = ()
    preparation: tuple[date, ...] = ()
    integration: tuple[date, ...] = ()
    cut_offs: tuple[CutOff, ...] = ()
    response_share: float | None = None
    response_points: int | None = None
    """Points towards better that are a response, where the instrument asks for points and not for a share."""
    is_levels: bool = False
    """The points are places of levels, such as those of the C-SSRS: bands of one, said by name."""
    reliable_change: int | None = None
    safety_item: str = ""
    due: str = ""

    @cached_property
    def in_order(self) -> tuple[Point, ...]:
        """The points by when they were taken; of one day, in time order."""
        return tuple(sorted(self.points, key=lambda point: day_number(point.at, self.zone)))

    @cached_property
    def marked_days(self) -> tuple[date, ...]:
        """Every day that has a mark."""
        points = (self.day(point) for point in self.points)
        return (*points, *self.missed, *(one.on for one in self.dosing), *self.preparation, *self.integration)

    @cached_property
    def response_at(self) -> float | None:
        """The score at which a response begins: half of the first where half is what the instrument asks."""
        if not self.points:
            return None
        first = self.in_order[0].total
        if self.response_points is not None:
            return first - self.response_points if self.better == "lower" else first + self.response_points
        if self.response_share is None or self.better == "higher":
            return None
        return first * (1 - self.response_share)

    @cached_property
    def rules(self) -> tuple[tuple[float, str], ...]:
        """The dashed lines across the plot: where a response begins, and cut-offs where there are no bands."""
        label = "half of first score" if self.response_points is None else "a response"
        half = () if self.response_at is None else ((self.response_at, label),)
        return (*half, *(self.cut_offs if not self.bands else ()))

    def day(self, point: Point) -> date:
        return day_of(point.at, self.zone) if isinstance(point.at, datetime) else point.at

    def band(self, total: int) -> Band | None:
        return next((band for band in self.bands if band.low <= total <= band.high), None)

    @property
    def flag_words(self) -> str:
        """What the red triangle means, in the legend."""
        return "for a clinician's review" if self.is_levels else f"{self.safety_item} above 0"

    def said(self, total: int) -> str:
        """A score in words: its number, or the name of its level."""
        band = self.band(total)
        return band.label if self.is_levels and band else str(total)

    def bars(self, total: int) -> int:
        """How many bars of the severity meter stand filled: more always means worse."""
        band = self.band(total)
        if band is None:
            return 0
        index = self.bands.index(band)
        return index + 1 if self.better == "lower" else len(self.bands) - index

    def shade(self, band: Band) -> int:
        """Step 0 to 4 of the severity ramp: darker always means worse."""
        if len(self.bands) < 2:
            return 0
        return round(4 * (self.bars(band.low) - 1) / (len(self.bands) - 1))
