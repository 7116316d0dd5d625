"""When a delivery is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from workers.webhook.schedule import LONGEST_ASKED, MOST_TRIES, PAUSES, asked_pause, next_try_at

NOW = datetime(2026, 3, 12, 9, 42, tzinfo=UTC)


def test_it_is_tried_at_least_eight_times_over_about_three_days() -> None:
    assert MOST_TRIES >= 8
    assert timedelta(days=2.5) < sum(PAUSES, timedelta()) < timedelta(days=3.5)
    assert list(PAUSES) == sorted(PAUSES)


def test_each_pause_is_spread_and_never_shorter_than_meant() -> None:
    for tries, pause in enumerate(PAUSES, start=1):
        assert next_try_at(tries, NOW, lambda: 0.0) == NOW + pause
        assert next_try_at(tries, NOW, lambda: 0.999) <= NOW + pause * 1.2  # type: ignore[operator]


def test_the_last_failure_ends_it() -> None:
    assert next_try_at(MOST_TRIES, NOW, lambda: 0.5) is None
    assert next_try_at(MOST_TRIES - 1, NOW, lambda: 0.5) is not None


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ("90", timedelta(seconds=90)),
        (" 90 ", timedelta(seconds=90)),
        ("Thu, 12 Mar 2026 09:52:00 GMT", timedelta(minutes=10)),
        ("Thu, 12 Mar 2026 09:02:00 GMT", timedelta(0)),
        ("99999999999999999999", LONGEST_ASKED),
        ("Thu, 12 Mar 2099 09:52:00 GMT", LONGEST_ASKED),
        ("-5", timedelta(0)),
        ("soon", timedelta(0)),
        ("1 Jan 99999999999999999999 00:00:00 GMT", timedelta(0)),
        ("1 Jan 2030 00:00:00 +9999999999999999", timedelta(0)),
        ("", timedelta(0)),
        (None, timedelta(0)),
        ("٣", timedelta(0)),
    ],
)
def test_a_receiver_may_ask_for_a_later_try_within_bounds(asked: str | None, pause: timedelta) -> None:
    assert asked_pause(asked, NOW) == pause


def test_what_is_asked_never_brings_a_try_forward() -> None:
    assert next_try_at(4, NOW, lambda: 0.0, "1") == NOW + PAUSES[3]
    assert next_try_at(1, NOW, lambda: 0.0, "600") == NOW + timedelta(minutes=10)
