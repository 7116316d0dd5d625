"""Days that a list is filtered by, as people write them in the address of a page."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EARLIEST, LATEST = 2000, 2099


def day_in(
    typed: Mapping[str, str], name: str, zone: ZoneInfo, mistakes: dict[str, str], *, days: int = 0
) -> datetime | None:
    """Where the day begins in the network's zone, or so many days later; what cannot be meant is said by its field."""
    try:
        day = date.fromisoformat(typed[name]) + timedelta(days=days) if typed[name] else None
    except (ValueError, OverflowError):
        mistakes[name] = "Write the day as year-month-day, such as 2026-03-17."
        return None
    if day is not None and not EARLIEST <= day.year <= LATEST:
        mistakes[name] = "Choose a day of this century."
        return None
    return datetime.combine(day, time(), zone) if day else None
