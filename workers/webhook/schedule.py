"""When a delivery is tried again: eleven tries over about three days, spread, and later where the receiver asks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""After the first try, the second, and so on: 75 hours in all, close to the example of Standard Webhooks."""
MOST_TRIES = len(PAUSES) + 1
SPREAD = 0.2
"""A pause is up to a fifth longer, so that what failed together does not come back together."""
LONGEST_PAUSE = PAUSES[-1] * (1 + SPREAD)
LONGEST_ASKED = timedelta(hours=24)
"""A receiver may ask for a later try, but not hold us off for ever."""
Chance = Callable[[], float]
"""A number from 0 up to 1."""


def next_try_at(tries: int, now: datetime, chance: Chance, retry_after: str | None = None) -> datetime | None:
    """When to try again after so many tries; None where that was the last."""
    if tries >= MOST_TRIES:
        return None
    pause = PAUSES[tries - 1] * (1 + SPREAD * chance())
    return now + max(pause, asked_pause(retry_after, now))


def asked_pause(retry_after: str | None, now: datetime) -> timedelta:
    """What `Retry-After` asks for, in seconds or as a date, within bounds; nothing where it cannot be read."""
    return min(max(_asked(retry_after or "", now), timedelta(0)), LONGEST_ASKED)


def _asked(text: str, now: datetime) -> timedelta:
    text = text.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the second for a year or a zone of twenty digits
        return timedelta(0)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
