"""Times after a start, as written on the command line: `bdi.pre=0m,bdi.2m=2m`."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from domain.refusal import Refused


class OffsetsAreNotReadable(Refused):
    """{part} is not a column and a time. Write column=2m with d for days, w for weeks or m for months, and commas."""


class DateIsBeyondTheCalendar(Refused):
    """{offset} after {start} is beyond the calendar. Write a shorter time."""


class Offset(NamedTuple):
    """A number of days (d), weeks (w) or calendar months (m)."""

    number: int
    unit: str

    def after(self, start: date) -> date:
        """The day this long after a start; a day the month does not have becomes its last one."""
        try:
            if self.unit == "m":
                return _months_after(start, self.number)
            return start + timedelta(days=self.number * (7 if self.unit == "w" else 1))
        except (OverflowError, ValueError):
            raise DateIsBeyondTheCalendar(offset=f"{self.number}{self.unit}", start=start) from None


def parse_offsets(text: str) -> dict[str, Offset]:
    """Column to time after the start, in the order written."""
    offsets: dict[str, Offset] = {}
    for part in text.split(","):
        found = re.fullmatch(r"\s*(.+?)\s*=\s*([0-9]{1,5})([dwm])\s*", part)
        if found is None or found[1] in offsets:
            raise OffsetsAreNotReadable(field="at", part=repr(part[:40]))
        offsets[found[1]] = Offset(int(found[2]), found[3])
    return offsets


def _months_after(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
