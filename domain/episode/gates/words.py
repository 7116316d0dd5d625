"""How gates write days, times and counts in their sentences."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WAY_WORDS = {"in_person": "in person", "remote": "by video", "group": "in a group"}


def on(day: date) -> str:
    """17 Mar 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def at(moment: datetime, zone: str) -> str:
    """17 Mar 2026 14:05, in the zone."""
    return f"{on(moment.astimezone(ZoneInfo(zone)).date())} {clock(moment, zone)}"


def clock(moment: datetime, zone: str) -> str:
    """14:05, in the zone."""
    there = moment.astimezone(ZoneInfo(zone))
    return f"{there.hour:02}:{there.minute:02}"


def count(number: int, thing: str) -> str:
    """1 day, 2 days."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def all_of(parts: list[str]) -> str:
    """One, two and three."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
