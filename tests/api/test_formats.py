"""Dates, times, spans, scores and quantities read as the pages promise."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from api import formats

PACIFIC = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 3, 12, 16, 42, tzinfo=UTC)
TODAY = date(2026, 3, 12)


def test_dates_are_written_in_words_whatever_the_locale() -> None:
    assert formats.full_date(TODAY) == "12 Mar 2026"
    assert formats.heading_date(TODAY) == "Thu 12 Mar 2026"
    assert formats.short_date(date(2026, 3, 1)) == "1 Mar"


def test_lists_drop_the_year_within_180_days_only() -> None:
    assert formats.list_date(TODAY, TODAY) == "Thu 12 Mar"
    assert formats.list_date(TODAY - timedelta(days=180), TODAY) == "Sat 13 Sep"
    assert formats.list_date(TODAY - timedelta(days=181), TODAY) == "Fri 12 Sep 2025"
    assert formats.list_date(TODAY + timedelta(days=181), TODAY) == "Wed 9 Sep 2026"


def test_times_are_24_hours_in_the_zone_of_the_page() -> None:
    assert formats.clock(NOW, PACIFIC) == "09:42"
    assert formats.clock(datetime(2026, 3, 12, 20, 45, tzinfo=UTC), PACIFIC) == "13:45"
    assert formats.full_moment(NOW, PACIFIC) == "12 Mar 2026 09:42"


def test_the_day_of_an_instant_is_the_day_in_that_zone() -> None:
    assert formats.day_of(datetime(2026, 3, 12, 3, 0, tzinfo=UTC), PACIFIC) == date(2026, 3, 11)


def test_moments_of_today_say_today() -> None:
    assert formats.list_moment(datetime(2026, 3, 12, 15, 51, tzinfo=UTC), PACIFIC, NOW) == "today 08:51"
    assert formats.list_moment(datetime(2026, 3, 11, 21, 20, tzinfo=UTC), PACIFIC, NOW) == "Wed 11 Mar 14:20"


def test_time_elements_carry_the_offset_and_escape_their_words() -> None:
    assert formats.time_tag(NOW, PACIFIC, "09:42") == '<time datetime="2026-03-12T09:42:00-07:00">09:42</time>'
    assert "&lt;b&gt;" in formats.time_tag(NOW, PACIFIC, "<b>")


@pytest.mark.parametrize(
    ("days", "away", "due"),
    [
        (0, "today", "today"),
        (2, "in 2 days", "in 2 days"),
        (1, "in 1 day", "in 1 day"),
        (-1, "1 day ago", "1 day over"),
        (-7, "7 days ago", "7 days over"),
    ],
)
def test_relative_days(days: int, away: str, due: str) -> None:
    on = TODAY + timedelta(days=days)
    assert formats.days_away(on, TODAY) == away
    assert formats.days_due(on, TODAY) == due


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "under 1 min"),
        (51, "51 min"),
        (59, "59 min"),
        (60, "1 h"),
        (19 * 60 + 22, "19 h"),
        (1440, "1 day"),
        (4400, "3 days"),
    ],
)
def test_waiting_is_told_in_its_largest_unit(minutes: int, words: str) -> None:
    assert formats.waiting(NOW - timedelta(minutes=minutes), NOW) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=58), "58 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=25), "2 h 25 min"),
        (timedelta(days=2, hours=18, minutes=20), "2 days 18 h"),
        (timedelta(days=1), "1 day"),
    ],
)
def test_lengths_use_two_units_at_most(span: timedelta, words: str) -> None:
    assert formats.length(span) == words


def test_the_stopwatch_shows_hours_and_minutes_and_never_runs_backwards() -> None:
    assert formats.stopwatch(timedelta(minutes=43, seconds=59)) == "0:43"
    assert formats.stopwatch(timedelta(hours=2, minutes=5)) == "2:05"
    assert formats.stopwatch(timedelta(minutes=-3)) == "0:00"


def test_score_changes_use_a_real_minus_and_no_sign_for_zero() -> None:
    assert formats.score_change(21, 14) == "21 → 14 (−7)"
    assert formats.score_change(14, 17) == "14 → 17 (+3)"
    assert formats.score_change(14, 14) == "14 → 14 (no change)"
    assert formats.points_moved(21, 14) == "7 points lower"
    assert formats.points_moved(5, 6) == "1 point higher"
    assert formats.points_moved(5, 5) == "no change"


@pytest.mark.parametrize(
    ("mg", "words"),
    [
        (100, "100\u00a0mg"),
        (100.0, "100\u00a0mg"),
        (0.5, "0.5\u00a0mg"),
        (Decimal("12.50"), "12.5\u00a0mg"),
        (Decimal("1E+2"), "100\u00a0mg"),
    ],
)
def test_doses_have_no_trailing_zero_and_no_bare_point(mg: float | Decimal, words: str) -> None:
    assert formats.dose(mg) == words


def test_figures_with_their_units() -> None:
    assert formats.blood_pressure(148, 82) == "148/82"
    assert formats.percent(98.0) == "98%"
    assert formats.quantity(-2, "kg") == "−2\u00a0kg"
    assert formats.score_range(10, 14) == "10–14"


def test_telephone_numbers_can_be_dialled() -> None:
    assert formats.to_dial("Sibling & friend, +1 (555) 555-0117, from 18") == (
        'Sibling &amp; friend, <a class="unbroken" href="tel:+15555550117">+1 (555) 555-0117</a>, from 18'
    )
    assert formats.to_dial("Call 555-0142.") == 'Call <a class="unbroken" href="tel:5550142">555-0142</a>.'
    for words in ("not recorded", "28 Nov 2026 22:39", "2026-11-28", "160-90", "KAP-0012", "RX-30682-1144"):
        assert formats.to_dial(words) == words


def test_a_range_stays_on_one_line() -> None:
    assert formats.unbroken_ranges("below 160/90, pulse 50–100 & more") == (
        'below 160/90, pulse <span class="unbroken">50–100</span> &amp; more'
    )


def test_a_deadline_at_midnight_is_the_end_of_the_day_before() -> None:
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=PACIFIC) + timedelta(days=1)
    assert formats.deadline(midnight, PACIFIC, NOW) == "the end of today"
    assert formats.deadline(midnight + timedelta(days=1), PACIFIC, NOW) == "the end of Fri 13 Mar"
    assert formats.deadline(midnight + timedelta(hours=9), PACIFIC, NOW) == "Fri 13 Mar 09:00"


def test_age_turns_on_the_birthday() -> None:
    assert formats.birth_date(date(1984, 3, 11), TODAY) == "11 Mar 1984 (42\u00a0y)"
    assert formats.age_years(date(1984, 3, 13), TODAY) == 41
    assert formats.age_years(date(2004, 2, 29), date(2026, 2, 28)) == 21
    assert formats.age_years(date(2004, 2, 29), date(2026, 3, 1)) == 22


def test_counts_and_lists_read_as_sentences() -> None:
    assert formats.counted(1, "day") == "1 day"
    assert formats.counted(0, "event") == "no events"
    assert formats.counted(2, "entry", "entries") == "2 entries"
    assert formats.number_word(2) == "two"
    assert formats.number_word(13) == "13"
    assert formats.and_list(["a", "b", "c"]) == "a, b and c"
    assert formats.and_list(["a"]) == "a"
    assert formats.and_list([]) == ""
