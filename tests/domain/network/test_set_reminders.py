"""How a network reminds its staff: settings, quiet hours over midnight, and the hours of its own zone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.actor import Role
from domain.decision import RoleMayNotDecide
from domain.network.create_network import NetworkCreated
from domain.network.reminder_settings import ReminderSettings
from domain.network.set_reminders import DigestWouldNeverGoOut, RemindersSet, set_reminders
from tests.domain.given import at, given
from tests.domain.people import LINDQVIST, OKAFOR

ZONE = "America/New_York"
CREATED = at("2026-01-02 09:00", NetworkCreated(slug="hudson", title="Hudson", zone=ZONE, crisis_text="Call 988."))
DEFAULTS: dict[str, Any] = ReminderSettings().model_dump()


def test_what_is_left_out_stays_as_it_is() -> None:
    once = given(CREATED).when(set_reminders, by=OKAFOR, digest_hour=9)
    once.then(RemindersSet(**{**DEFAULTS, "digest_hour": 9}))
    twice = once.when(set_reminders, by=OKAFOR, soon_days=3)
    twice.then(RemindersSet(**{**DEFAULTS, "digest_hour": 9, "soon_days": 3}))
    assert twice.state.reminders == ReminderSettings(digest_hour=9, soon_days=3)


def test_the_same_settings_again_record_nothing() -> None:
    given(CREATED).when(set_reminders, by=OKAFOR, digest_hour=8).then()


def test_a_message_of_the_day_needs_an_hour_that_is_not_quiet() -> None:
    given(CREATED).when(set_reminders, by=OKAFOR, digest_hour=21).refused(DigestWouldNeverGoOut, field="digest_hour")


def test_coordination_sets_them() -> None:
    given(CREATED).when(set_reminders, by=LINDQVIST, digest_hour=9).refused(RoleMayNotDecide)
    assert set_reminders.decision.by == {Role.COORDINATOR, Role.SYSTEM}  # type: ignore[attr-defined]


@pytest.mark.parametrize("begin", range(0, 24, 3))
@pytest.mark.parametrize("end", range(0, 24, 5))
def test_quiet_hours_are_those_a_clock_passes_from_the_one_to_the_other(begin: int, end: int) -> None:
    settings = ReminderSettings(quiet_from_hour=begin, quiet_until_hour=end)
    quiet, hour = set(), begin
    while hour != end:
        quiet.add(hour)
        hour = (hour + 1) % 24
    midnight = datetime(2026, 3, 8, 5, tzinfo=UTC)  # New York goes over to summer time that day
    for half_hours in range(46):
        moment = midnight + timedelta(minutes=30 * half_hours)
        hour = (half_hours // 2) + (half_hours >= 4)  # the hour from 2 to 3 is left out
        assert settings.is_quiet_at(moment, ZONE) is (hour in quiet)
