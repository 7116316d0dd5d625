"""Times after a start, as somebody writes them on the command line."""

from datetime import date

import pytest

from deploy.outcomes.outcome_file import Offset, parse_offsets
from deploy.outcomes.outcome_file.offsets import DateIsBeyondTheCalendar, OffsetsAreNotReadable


def test_offsets_are_read_in_the_order_written() -> None:
    offsets = parse_offsets("bdi.pre=0m, bdi.2w=2w,bdi.90d=90d")
    assert list(offsets.items()) == [
        ("bdi.pre", Offset(0, "m")),
        ("bdi.2w", Offset(2, "w")),
        ("bdi.90d", Offset(90, "d")),
    ]


@pytest.mark.parametrize(
    ("start", "offset", "day"),
    [
        (date(2026, 8, 31), Offset(6, "m"), date(2027, 2, 28)),
        (date(2023, 12, 31), Offset(2, "m"), date(2024, 2, 29)),
        (date(2026, 1, 15), Offset(12, "m"), date(2027, 1, 15)),
        (date(2026, 12, 31), Offset(2, "w"), date(2027, 1, 14)),
        (date(2026, 2, 27), Offset(2, "d"), date(2026, 3, 1)),
    ],
)
def test_months_are_calendar_months(start: date, offset: Offset, day: date) -> None:
    assert offset.after(start) == day


@pytest.mark.parametrize("text", ["", "a", "a=", "=2m", "a=2y", "a=-1m", "a=2m,,b=3m", "a=2m,a=3m", "a=2.5m"])
def test_what_is_not_an_offset_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(OffsetsAreNotReadable, match="Write column=2m"):
        parse_offsets(text)


def test_a_time_beyond_the_calendar_is_refused() -> None:
    for unit in "dwm":
        with pytest.raises(DateIsBeyondTheCalendar):
            Offset(99999, unit).after(date(9990, 1, 1))
