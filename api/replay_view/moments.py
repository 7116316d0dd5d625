"""The two moments of a replay: how they are typed, and where they stand among the events."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from api import formats
from api.bodies import in_known_years
from domain.days import to_the_minute
from domain.event import Recorded
from projections.replay import AsOf

TO_THE_END = timedelta(minutes=1) - timedelta(microseconds=1)
LOOKS_BACK = timedelta(days=28)
HOW_TO_WRITE = "Write a day and a time, such as 2026-02-19 13:20."


class Times(StrEnum):
    HAPPENED = "happened"
    KNOWN = "known"

    def of(self, recorded: Recorded) -> datetime:
        """When an event happened, or was known."""
        envelope = recorded.envelope
        return envelope.occurred_at if self is Times.HAPPENED else envelope.recorded_at

    def as_of(self, moment: datetime) -> AsOf:
        return AsOf(happened_until=moment) if self is Times.HAPPENED else AsOf(known_until=moment)


class Moments(NamedTuple):
    """A, the earlier, and B. `event` is the one picked, else the last one that counts at A; 0 before the first."""

    times: Times
    a: datetime
    b: datetime
    event: int
    b_was_given: bool
    were_swapped: bool
    mistakes: dict[str, str]

    def query(self, zone: ZoneInfo, **changed: str) -> str:
        """The address of these moments with some of it changed; B stays "now" until somebody says otherwise."""
        kept = {"times": self.times.value, "event": str(self.event), "a": written(self.a, zone)}
        given = {**kept, **({"b": written(self.b, zone)} if self.b_was_given else {}), **changed}
        if "event" in changed:
            del given["a"]
        return urlencode(given)


def written(moment: datetime, zone: ZoneInfo) -> str:
    """`2026-02-19 13:20`: as fields show it and addresses carry it."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def read(text: str, zone: ZoneInfo) -> datetime | None:
    """A typed moment, the whole of its minute or day included; None for what is none."""
    try:
        typed = in_known_years(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None
    whole_day = timedelta(days=1) - timedelta(minutes=1) if len(text.strip()) == len("2026-02-19") else timedelta()
    local = typed if typed.tzinfo else typed.replace(tzinfo=zone)
    return (local + whole_day).replace(second=0, microsecond=0) + TO_THE_END


def moments(
    history: Sequence[Recorded], times: Times, a: str, b: str, event: int | None, now: datetime, zone: ZoneInfo
) -> Moments:
    """What is compared: an event, or what was typed over it; without either, four weeks ago with now."""
    mistakes = {name: HOW_TO_WRITE for name, text in (("a", a), ("b", b)) if text and read(text, zone) is None}
    picked = _picked(history, times, a, event, zone)
    first = picked or read(a, zone) or _some_weeks_ago(history, times, now)
    then = read(b, zone) or now
    second = min(then, now) if written(then, zone) == written(now, zone) else then
    swapped = first > second
    earlier, later = sorted((first, second))
    # one decision may record several events at one moment: stepping from one to the next must not stand still
    at = event if event is not None and earlier == picked else last_event(history, times, earlier)
    return Moments(times, earlier, later, at, bool(b), swapped, mistakes)


def last_event(history: Sequence[Recorded], times: Times, moment: datetime) -> int:
    """The number of the latest event that counts at a moment; of several at one time the last recorded."""
    counted = [recorded for recorded in history if times.of(recorded) <= moment]
    latest = max(counted, key=lambda recorded: (times.of(recorded), recorded.envelope.version), default=None)
    return latest.envelope.version if latest else 0


def not_yet_known(history: Sequence[Recorded], moment: datetime) -> list[Recorded]:
    """What had happened by a moment and was recorded only in a later minute."""
    return [
        recorded
        for recorded in history
        if recorded.envelope.occurred_at <= moment
        and to_the_minute(recorded.envelope.recorded_at) > to_the_minute(moment)
    ]


def _picked(history: Sequence[Recorded], times: Times, a: str, event: int | None, zone: ZoneInfo) -> datetime | None:
    """The moment of the picked event, unless another minute was typed since."""
    picked = next((times.of(one) for one in history if one.envelope.version == event), None)
    typed = read(a, zone)
    return picked if picked and (typed is None or written(picked, zone) == written(typed, zone)) else None


def _some_weeks_ago(history: Sequence[Recorded], times: Times, now: datetime) -> datetime:
    """The last event of four weeks ago; in a younger course its first."""
    ago = now - LOOKS_BACK
    moments_of = [times.of(one) for one in history]
    return max((at for at in moments_of if at <= ago), default=None) or min(moments_of, default=ago)


def in_words(moment: datetime, zone: ZoneInfo) -> str:
    """`19 Feb 2026, 13:20`: a replay never drops the year."""
    return f"{formats.full_date(formats.day_of(moment, zone))}, {formats.clock(moment, zone)}"
