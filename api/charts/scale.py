"""From days and scores to pixels, and where the date axis has its ticks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise

from api.formats import MONTHS, YEAR_IS_CLEAR_WITHIN, full_date, short_date

MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from a range of values to a range of pixels."""

    low: float
    high: float
    from_px: float
    to_px: float

    def px(self, value: float) -> float:
        return self.from_px + (value - self.low) / (self.high - self.low) * (self.to_px - self.from_px)


def day_number(at: date | datetime, zone: tzinfo) -> float:
    """Days since the year 1, with the part of the day gone by in this zone; a bare date counts as its noon."""
    if isinstance(at, datetime):
        local = at.astimezone(zone)
        return local.toordinal() + (local.hour * 60 + local.minute) / 1440
    return at.toordinal() + 0.5


def date_ticks(first: date, last: date, most: int) -> list[date]:
    """Month starts, thinned to at most `most`; Mondays where fewer than two months begin."""
    months = _month_starts(first, last)
    if len(months) < 2:
        return _thin(_mondays(first, last), most)
    for step in MONTH_STEPS:
        ticks = [on for on in months if (on.year * 12 + on.month - 1) % step == 0]
        if len(ticks) <= most:
            return ticks
    return _thin(months, most)


def tick_words(ticks: list[date], today: date) -> list[str]:
    """`1 Dec`, or with the year where any tick is too far away to leave it out."""
    near = all(abs(on - today) <= YEAR_IS_CLEAR_WITHIN for on in ticks)
    if near:
        return [short_date(on) for on in ticks]
    return [f"{MONTHS[on.month - 1]} {on.year}" if on.day == 1 else full_date(on) for on in ticks]


def edges_between(lows: list[int], minimum: int, maximum: int) -> list[tuple[float, float]]:
    """Where bands begin and end on the axis: halfway between the scores that part them."""
    cuts = [float(minimum), *(low - 0.5 for low in lows[1:]), float(maximum)]
    return list(pairwise(cuts))


def _month_starts(first: date, last: date) -> list[date]:
    begin = first.year * 12 + first.month - 1
    end = last.year * 12 + last.month - 1
    starts = [date(month // 12, month % 12 + 1, 1) for month in range(begin, end + 1)]
    return [on for on in starts if first <= on <= last]


def _mondays(first: date, last: date) -> list[date]:
    monday = first + timedelta(days=-first.weekday() % 7)
    return [monday + timedelta(days=days) for days in range(0, (last - monday).days + 1, 7)]


def _thin(ticks: list[date], most: int) -> list[date]:
    step = -(-len(ticks) // most) or 1
    return ticks[::step]
