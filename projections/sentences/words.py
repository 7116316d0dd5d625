"""Codes, quantities and moments as sentences write them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.episode.gates.words import MONTHS, WAY_WORDS, clock, count, on
from domain.instrument import title_of
from projections.sentences.saying import Telling, safe

NO_BREAK = "\N{NO-BREAK SPACE}"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
YEAR_IS_CLEAR_WITHIN = timedelta(days=180)


def words(code: StrEnum | str) -> str:
    """A code without its underscores."""
    return safe(str(code).replace("_", " "))


def way(code: StrEnum) -> str:
    """How a session or consult takes place."""
    return WAY_WORDS.get(code.value, words(code))


def day(of: date, told: Telling) -> str:
    """Tue 17 Mar; with the year where it is far from the event itself."""
    near = abs(of - told.envelope.occurred_at.date()) <= YEAR_IS_CLEAR_WITHIN
    return f"{WEEKDAYS[of.weekday()]} {of.day} {MONTHS[of.month - 1]}" if near else f"{WEEKDAYS[of.weekday()]} {on(of)}"


def day_of(moment: datetime, told: Telling) -> str:
    """The day of a moment, in the event's zone."""
    return day(moment.astimezone(ZoneInfo(told.zone)).date(), told)


def moment(at: datetime, told: Telling) -> str:
    """Tue 17 Mar 14:00, in the event's zone."""
    return f"{day_of(at, told)} {clock(at, told.zone)}"


def time(at: datetime, told: Telling) -> str:
    """14:00, in the event's zone."""
    return clock(at, told.zone)


def length(span: timedelta) -> str:
    """58 min, 2 h 25 min."""
    minutes = int(span.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes}{NO_BREAK}min"
    return f"{hours}{NO_BREAK}h" + (f" {rest}{NO_BREAK}min" if rest else "")


def number(value: Decimal | int) -> str:
    """100, 0.5: no trailing zeros."""
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def mg(value: Decimal) -> str:
    """100 mg."""
    return f"{number(value)}{NO_BREAK}mg"


def pressure(systolic_mmhg: int, diastolic_mmhg: int | None) -> str:
    """148/82; 148 alone where the lower value is missing."""
    return f"{systolic_mmhg}/{diastolic_mmhg}" if diastolic_mmhg is not None else f"{systolic_mmhg} systolic"


def instrument(instrument_id: str) -> str:
    """PHQ-9."""
    return safe(title_of(instrument_id))


def listed(parts: Iterable[str]) -> str:
    """a, b and c."""
    some = [part for part in parts if part]
    return " and ".join(filter(None, [", ".join(some[:-1]), *some[-1:]]))


def joined(parts: Iterable[str]) -> str:
    """a, b, c."""
    return ", ".join(part for part in parts if part)


__all__ = [
    "count", "day", "day_of", "instrument", "joined", "length", "listed", "mg", "moment", "number", "on", "pressure",
    "time", "way", "words",
]  # fmt: skip
