"""Calendar days of a zone, the clock changes included."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.days import day_of, end_of, is_zone, months_after, start_of


def test_a_moment_is_on_different_days_in_different_zones() -> None:
    moment = datetime(2026, 3, 18, 3, 30, tzinfo=UTC)
    assert day_of(moment, "America/New_York") == date(2026, 3, 17)
    assert day_of(moment, "Europe/Berlin") == date(2026, 3, 18)


def test_the_day_of_the_clock_change_has_23_hours() -> None:
    day = date(2026, 3, 8)
    length = end_of(day, "America/New_York") - start_of(day, "America/New_York")
    assert length == timedelta(hours=23)
    assert start_of(day, "America/New_York") == datetime(2026, 3, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 3, 2), 6, date(2026, 9, 2)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
    ],
)
def test_x3_calendar_months(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


def test_zones_are_those_of_the_zone_database() -> None:
    assert is_zone("America/New_York")
    assert not is_zone("New York")
