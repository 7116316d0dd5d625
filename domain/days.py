"""Calendar days of a zone: staff dates use the network's zone, what a patient may do uses the zone they are in."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

SATURDAY = 5


def day_of(moment: datetime, zone: str) -> date:
    """The calendar day of a moment in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def is_of_one_sitting(one: datetime, other: datetime, zone: str, hours: int) -> bool:
    """On one calendar day of the zone, or so few hours apart that a midnight between them makes no other day of it."""
    return day_of(one, zone) == day_of(other, zone) or abs(one - other) <= timedelta(hours=hours)


def to_the_minute(moment: datetime) -> datetime:
    """The minute a moment lies in: people write times in minutes, so what shares a minute is not told apart."""
    return moment.replace(second=0, microsecond=0)


def start_of(day: date, zone: str) -> datetime:
    """The first instant of a day in a zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def end_of(day: date, zone: str) -> datetime:
    """The first instant after a day in a zone, in UTC."""
    return start_of(day + timedelta(days=1), zone)


def working_day_after(day: date, count: int) -> date:
    """The day that so many working days later is, Monday to Friday; holidays are not known."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


def months_after(day: date, months: int) -> date:
    """The same day so many calendar months later; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def latest_day(*days: date | None) -> date | None:
    """The latest of those that are known."""
    return max((day for day in days if day is not None), default=None)


def is_zone(name: str) -> bool:
    """Whether there is a time zone of that name."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    """Listing them walks the whole zone folder, which takes 20 ms."""
    return frozenset(available_timezones())
