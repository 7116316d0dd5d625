"""What the registry of a collaborative care team watches: contact every four weeks, and who is not improving."""

from datetime import date

import pytest

from domain.actor import Role
from domain.episode.course.mark_done import mark_done
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.follow_up.book_follow_up import FollowUpBooked
from tests.domain.given import History, Scenario, at, given
from tests.domain.people import LINDQVIST, OKAFOR, PROTOCOL, RIVERA, TEST_NETWORK, local
from tests.dosing_day import RELEASED, integrated
from tests.gate_answers import followed_up, phq9
from tests.situations import PREPARED, REFERRED

ZONE = "America/New_York"


def owed(key: str, *history: History, now: str) -> Obligation | None:
    return among(key, given(*history), now=now)


def among(key: str, told: Scenario, *, now: str) -> Obligation | None:
    found = obligations(told.state, now=local(now), protocol=PROTOCOL, network=TEST_NETWORK)
    return next((one for one in found if one.key == key), None)


def test_four_weeks_count_from_the_last_visit_and_show_a_week_before() -> None:
    """Preparation was on 10 Mar: four weeks are over on 7 Apr."""
    assert owed("contact", PREPARED, now="2026-03-30 23:59") is None
    contact = owed("contact", PREPARED, now="2026-03-31 00:00")
    assert contact is not None
    assert (contact.due_on, contact.with_id, contact.why) == (
        date(2026, 4, 7),
        LINDQVIST.actor_id,
        "Last contact on 10 Mar 2026, 21 days ago.",
    )
    assert contact.is_overdue(local("2026-04-08 00:00"), ZONE)


def test_days_of_contact_are_counted_over_the_clock_change() -> None:
    referred = owed("contact", REFERRED, now="2026-03-20 09:00")
    assert referred is not None
    assert referred.due_on == date(2026, 3, 26)


@pytest.mark.parametrize(
    ("starts_at", "is_owed"), [("2026-04-07 15:00", False), ("2026-04-08 09:00", True), ("2026-03-30 09:00", True)]
)
def test_what_is_booked_in_time_will_be_the_contact(starts_at: str, is_owed: bool) -> None:
    booked = at("2026-03-29 09:00", FollowUpBooked(starts_at=local(starts_at)))
    assert (owed("contact", PREPARED, booked, now="2026-04-01 09:00") is not None) is is_owed


def test_any_visit_begins_four_weeks_anew() -> None:
    seen = integrated("2026-03-19")
    assert owed("contact", RELEASED, seen, now="2026-04-08 23:00") is None
    contact = owed("contact", RELEASED, seen, now="2026-04-09 09:00")
    assert contact is not None
    assert contact.due_on == date(2026, 4, 16)


def called(told: Scenario, when: str) -> Scenario:
    return told.when(mark_done, by=OKAFOR, now=when, key="contact")


def test_a_call_counts_and_stays_in_sight_with_the_name_of_who_called() -> None:
    told = called(given(PREPARED), "2026-04-02 11:00")
    for now in ("2026-04-02 11:01", "2026-04-22 23:59"):
        contact = among("contact", told, now=now)
        assert contact is not None
        assert contact.done is not None
        assert (contact.done.by, contact.done.at) == (OKAFOR.actor_id, local("2026-04-02 11:00"))
        assert not contact.is_overdue(local("2026-06-01 09:00"), ZONE)


def test_four_weeks_after_a_call_the_next_contact_is_due() -> None:
    told = called(given(PREPARED), "2026-04-02 11:00")
    contact = among("contact", told, now="2026-04-23 00:00")
    assert contact is not None
    assert (contact.due_on, contact.done, contact.why) == (
        date(2026, 4, 30),
        None,
        "Last contact on 2 Apr 2026, 21 days ago.",
    )
    again = called(told, "2026-04-29 09:00")
    after = among("contact", again, now="2026-05-19 09:00")
    assert after is not None
    assert after.done is not None
    assert after.due_on == date(2026, 4, 30)


def test_a_mark_that_was_dated_back_brings_nothing_to_a_standstill() -> None:
    early = given(PREPARED).when(
        mark_done, by=OKAFOR, now="2026-04-02 11:00", key="contact", occurred_at=local("2026-03-10 08:00")
    )
    assert among("contact", early, now="2026-06-02 11:00") is not None


def scored(first: int, last: int) -> tuple[History, ...]:
    """One dose on Tue 17 Mar: week 8 begins on 12 May, week 12 ends on 9 Jun."""
    return (phq9("2026-03-01 09:00", total=first), RELEASED, phq9("2026-05-10 09:00", total=last))


@pytest.mark.parametrize(
    ("first", "last", "now", "is_owed"),
    [
        (20, 12, "2026-05-11 23:59", False),
        (20, 12, "2026-05-12 00:00", True),
        (20, 10, "2026-05-12 00:00", False),
        (20, 9, "2026-05-12 00:00", False),
        (9, 12, "2026-05-12 00:00", False),
        (20, 12, "2026-08-12 00:00", True),
    ],
)
def test_rule_28_a_consultation_from_week_8_on_whoever_does_not_improve(
    first: int, last: int, now: str, is_owed: bool
) -> None:
    assert (owed("case_review", *scored(first, last), now=now) is not None) is is_owed


def test_rule_28_it_is_due_by_week_12_with_the_prescriber_and_says_why() -> None:
    review = owed("case_review", *scored(20, 12), now="2026-05-20 09:00")
    assert review is not None
    assert (review.due_on, review.with_id, review.rule) == (date(2026, 6, 9), RIVERA.actor_id, "28")
    assert review.why == "PHQ-9 20 → 12 since 1 Mar 2026; week 8 was on 12 May 2026."
    assert (len(review.entries), review.protocol) == (2, PROTOCOL.key)


def test_rule_28_a_visit_since_week_8_is_that_consultation_an_earlier_one_is_not() -> None:
    early, late = followed_up("2026-05-11 17:00"), followed_up("2026-05-12 09:00")
    assert owed("case_review", *scored(20, 12), early, now="2026-05-20 09:00") is not None
    assert owed("case_review", *scored(20, 12), late, now="2026-05-20 09:00") is None


def test_rule_28_marked_as_done_it_is_shown_and_asks_for_nothing() -> None:
    told = given(*scored(20, 12)).when(mark_done, by=RIVERA, now="2026-05-20 09:00", key="case_review")
    review = among("case_review", told, now="2026-07-20 09:00")
    assert review is not None
    assert review.done is not None
    assert not review.is_overdue(local("2026-07-20 09:00"), ZONE)


def test_without_the_numbers_of_the_protocol_neither_is_in_force() -> None:
    numbers = PROTOCOL.numbers.model_copy(update={"week_12_days": None, "contact_notice_days": None})
    earlier = PROTOCOL.model_copy(update={"numbers": numbers})
    found = obligations(
        given(*scored(20, 12)).state, now=local("2026-06-20 09:00"), protocol=earlier, network=TEST_NETWORK
    )
    assert not {"contact", "case_review"} & {one.key for one in found}


def test_what_waits_for_a_mark_is_with_clinicians() -> None:
    contact = owed("contact", PREPARED, now="2026-04-01 09:00")
    review = owed("case_review", *scored(20, 12), now="2026-06-01 09:00")
    assert [one.with_role for one in (contact, review) if one] == [Role.THERAPIST, Role.PRESCRIBER]
