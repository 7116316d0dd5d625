"""Fields for days and times, and how times that people type become instants."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from api.formats import full_date
from api.forms.fields import Field, Reading, Texts, Wrong
from api.forms.posted import Posted

SKEW = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    kind: ClassVar[str] = "day"

    def read(self, posted: Posted, reading: Reading) -> Any:
        text = posted.one(self.name)
        return read_day(text).isoformat() if text else None


@dataclass(frozen=True, kw_only=True)
class Moment(Field):
    """A day and a time of day, in the network's zone."""

    kind: ClassVar[str] = "moment"
    time_label: str = "Time"

    @property
    def day_name(self) -> str:
        return f"{self.name}.day"

    @property
    def time_name(self) -> str:
        return f"{self.name}.time"

    @property
    def id(self) -> str:
        return f"{self.name.replace('.', '-')}-day"

    def read(self, posted: Posted, reading: Reading) -> Any:
        day, at = posted.one(self.day_name), posted.one(self.time_name)
        if not day and not at:
            return None
        if not at:
            raise Wrong("Write the time as well, such as 13:45.")
        if not day:
            raise Wrong("Write the day as well.")
        return moment_of(read_day(day), read_time(at), reading.zone).isoformat()

    def texts(self, zone: ZoneInfo) -> Texts:
        if self.seed is None:
            return {}
        here = self.seed.astimezone(zone)
        return {self.day_name: (here.date().isoformat(),), self.time_name: (f"{here:%H:%M}",)}


@dataclass(frozen=True, kw_only=True)
class TimeOfDay(Field):
    """A time that has just been: of today, or of last night shortly after midnight."""

    kind: ClassVar[str] = "time"

    def read(self, posted: Posted, reading: Reading) -> Any:
        text = posted.one(self.name)
        if not text:
            return None
        return latest_at(read_time(text), reading).isoformat()

    def texts(self, zone: ZoneInfo) -> Texts:
        return {} if self.seed is None else {self.name: (f"{self.seed.astimezone(zone):%H:%M}",)}


def read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong("Write the day as year-month-day, such as 2026-03-17.") from None


def read_time(text: str) -> time:
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.]?([0-5]\d)", text)
    if found is None:
        raise Wrong("Write the time in 24 hours, such as 13:45.")
    return time(int(found[1]), int(found[2]))


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """That time on that day in the zone; one that the clocks skip is refused."""
    moment = datetime.combine(day, at, zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise Wrong(f"There was no {at:%H:%M} on {full_date(day)}: the clocks went forward.")
    return moment


def latest_at(at: time, reading: Reading) -> datetime:
    """The latest moment with that time of day: today, or yesterday where that is nearer than much later today.

    In the hour that the clocks repeat it is the second one as soon as that has come: a dose is not older than it is.
    """
    here = reading.now.astimezone(reading.zone)
    today = moment_of(here.date(), at, reading.zone)
    again = today.replace(fold=1)
    if again.astimezone(UTC) - reading.now <= SKEW:
        return again
    if today - reading.now <= SKEW:
        return today
    yesterday = moment_of(here.date() - timedelta(days=1), at, reading.zone)
    return yesterday if reading.now - yesterday < today - reading.now else today
