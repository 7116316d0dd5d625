"""When a message may go out, what goes into it, and that its words tell nothing but counts."""

from collections.abc import Collection
from datetime import date

import pytest

from domain.derived import derived_id
from domain.network.reminder_settings import ReminderSettings
from domain.reminder.message import body, message, subject
from domain.reminder.notice import Mark, Notice, Tier
from tests.domain.people import LINDQVIST, RIVERA, local

ZONE = "America/New_York"
EPISODE = derived_id("episode", "test")


def notice(
    key: str, tier: Tier, *, urgent: bool = False, digest: bool = False, whose: object = LINDQVIST.actor_id
) -> Notice:
    mark = Mark(whose, EPISODE, key, "2026-03-18", tier)  # type: ignore[arg-type]
    return Notice(mark, is_urgent=urgent, waits_for_digest=digest)


URGENT = notice("alert:1", Tier.ALERT, urgent=True)
HOURLY = notice("check_in:1", Tier.OVERDUE)
DAILY = notice("measure:phq-9", Tier.SOON, digest=True)
LATE = notice("follow_up", Tier.OVERDUE, digest=True)
OTHERS = notice("plan", Tier.OVERDUE, whose=RIVERA.actor_id)
ALL = (URGENT, HOURLY, DAILY, LATE, OTHERS)


def going(when: str, *, told: Collection[Mark] = (), last_digest_on: date | None = None) -> set[Notice]:
    found = message(
        LINDQVIST.actor_id,
        ALL,
        told=told,
        last_digest_on=last_digest_on,
        now=local(when),
        settings=ReminderSettings(),
        zone=ZONE,
    )
    return set(found.notices) if found else set()


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-03-18 06:59", {URGENT}),
        ("2026-03-18 07:00", {URGENT, HOURLY}),
        ("2026-03-18 08:00", {URGENT, HOURLY, DAILY, LATE}),
        ("2026-03-18 19:59", {URGENT, HOURLY, DAILY, LATE}),
        ("2026-03-18 20:00", {URGENT}),
    ],
)
def test_at_night_only_what_is_urgent_goes_out(when: str, expected: set[Notice]) -> None:
    assert going(when) == expected


def test_the_message_of_the_day_goes_out_once_a_day() -> None:
    assert going("2026-03-18 09:00", last_digest_on=date(2026, 3, 18)) == {URGENT, HOURLY}
    assert going("2026-03-18 09:00", last_digest_on=date(2026, 3, 17)) == {URGENT, HOURLY, DAILY, LATE}


def test_nothing_is_told_twice() -> None:
    assert going("2026-03-18 09:00", told=[URGENT.mark, DAILY.mark, LATE.mark]) == {HOURLY}
    assert going("2026-03-18 09:00", told=[one.mark for one in ALL]) == set()


@pytest.mark.parametrize(
    ("notices", "words"),
    [
        ([URGENT], "Throughline: 1 needs you now"),
        ([DAILY], "Throughline: 1 thing is due"),
        ([LATE], "Throughline: 1 thing is overdue"),
        ([LATE, HOURLY], "Throughline: 2 things are overdue"),
        ([DAILY, DAILY, LATE], "Throughline: 2 things are due, 1 overdue"),
        ([URGENT, URGENT, DAILY, LATE], "Throughline: 2 need you now, 1 thing is due, 1 overdue"),
    ],
)
def test_the_words_are_counts(notices: list[Notice], words: str) -> None:
    assert subject(notices) == words


def test_the_text_says_where_to_sign_in_and_nothing_of_what_it_is_about() -> None:
    text = body([URGENT, DAILY], "https://kap.example.org")
    assert text.startswith("Throughline: 1 needs you now, 1 thing is due.\nSign in: https://kap.example.org\n")
    for secret in ("alert:", "measure", "phq", str(EPISODE), str(LINDQVIST.actor_id), "2026"):
        assert secret not in text
    assert "Sign in to Throughline" in body([DAILY], "")
