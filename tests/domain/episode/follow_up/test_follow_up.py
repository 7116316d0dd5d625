"""Booking and completing the follow-up consult: rules 9 and 10, cases S2 and F2."""

from datetime import date
from typing import Any

import pytest

from domain.actor import Role
from domain.decision import RoleMayNotDecide
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.follow_up.book_follow_up import FollowUpBooked, FollowUpIsInThePast, book_follow_up
from domain.episode.follow_up.complete_follow_up import (
    FollowUpCompleted,
    NoIntakeToFollowUp,
    StopReleasesNoSessions,
    complete_follow_up,
)
from domain.episode.follow_up.follow_up import FollowUpDecision
from domain.episode.gates import Checkpoint
from domain.episode.refusals import EpisodeIsClosed
from domain.episode.team.remove_care_team_member import CareTeamMemberRemoved
from tests.domain.given import Scenario, at, given
from tests.domain.people import ABARA, ADA, LINDQVIST, OKAFOR, RIVERA, local, sealed
from tests.dosing_day import RELEASED
from tests.situations import PREPARED, REFERRED


def completing(scenario: Scenario, when: str = "2026-04-01 09:00", **changed: Any) -> Scenario:
    order = {"completed_at": local(when), "minutes": 30, "decision": "continue", "sessions_released": 6}
    return scenario.when(complete_follow_up, now=when, **(order | changed))


def test_the_prescriber_decides_how_it_goes_on() -> None:
    completing(given(RELEASED), note="better sleep").then(
        FollowUpCompleted(
            completed_at=local("2026-04-01 09:00"),
            completed_by=RIVERA.actor_id,
            minutes=30,
            same_provider=True,
            decision=FollowUpDecision.CONTINUE,
            sessions_released=6,
            note=sealed("x"),
        )
    )


def test_f2_any_prescribers_visit_counts() -> None:
    left = CareTeamMemberRemoved(clinician_id=RIVERA.actor_id, role=Role.PRESCRIBER, until_at=local("2026-03-20 09:00"))
    visit = completing(given(RELEASED, at("2026-03-20 09:00", left)), by=ABARA)
    visit.includes(FollowUpCompleted, same_provider=False, completed_by=ABARA.actor_id)
    assert "follow_up_due" not in {found.key for found in visit.gates(Checkpoint.OPEN, now="2026-04-20 09:00")}


def test_s2_stop_releases_no_sessions() -> None:
    completing(given(RELEASED), decision="stop").refused(StopReleasesNoSessions, field="sessions_released")
    stopped = completing(given(RELEASED), decision="stop", sessions_released=0)
    assert stopped.state.follow_ups[-1].decision is FollowUpDecision.STOP


def test_there_is_an_intake_to_follow_up_and_a_prescriber_to_do_it() -> None:
    completing(given(REFERRED)).refused(NoIntakeToFollowUp)
    completing(given(RELEASED), by=LINDQVIST).refused(RoleMayNotDecide)


def test_completed_twice_is_completed_once() -> None:
    completing(completing(given(RELEASED))).then()


@pytest.mark.parametrize("who", [LINDQVIST, RIVERA, OKAFOR])
def test_anyone_on_the_team_books(who: Any) -> None:
    booked = given(RELEASED).when(book_follow_up, by=who, starts_at=local("2026-04-01 09:00"))
    booked.then(FollowUpBooked(starts_at=local("2026-04-01 09:00")))
    assert booked.state.follow_up_booked_for == local("2026-04-01 09:00")
    booked.when(book_follow_up, by=who, starts_at=local("2026-04-01 09:00")).then()
    booked.when(book_follow_up, by=who, starts_at=local("2026-04-02 09:00")).includes(FollowUpBooked)
    assert completing(booked).state.follow_up_booked_for is None


def test_a_booking_is_ahead_and_in_an_open_episode() -> None:
    past = {"starts_at": local("2026-03-01 09:00")}
    given(RELEASED).when(book_follow_up, **past).refused(FollowUpIsInThePast, field="starts_at")
    closed = given(PREPARED, PatientDischarged(patient_id=ADA, reason=DischargeReason.COMPLETED, on=date(2026, 3, 12)))
    closed.when(book_follow_up, starts_at=local("2026-04-01 09:00")).refused(EpisodeIsClosed)


def taken_back(scenario: Scenario, when: str) -> Scenario:
    """The consult of that time is marked in error."""
    entry = next(
        one
        for one in scenario.recorded
        if isinstance(one.event, FollowUpCompleted) and one.event.completed_at == local(when)
    )
    return scenario.when(
        mark_in_error, by=RIVERA, entry=entry, event_id=entry.envelope.event_id, reason=sealed("reason")
    )


def test_a_consult_in_error_gives_back_the_booking_that_it_had_used_up() -> None:
    booked = given(RELEASED).when(book_follow_up, starts_at=local("2026-04-01 09:00"))
    wrong = taken_back(completing(booked, "2026-03-25 09:00"), "2026-03-25 09:00")
    assert not wrong.state.follow_ups
    assert wrong.state.follow_up_booked_for == local("2026-04-01 09:00")
    assert taken_back(completing(given(RELEASED)), "2026-04-01 09:00").state.follow_up_booked_for is None


def test_a_newer_booking_stands_above_the_one_that_is_given_back() -> None:
    booked = given(RELEASED).when(book_follow_up, starts_at=local("2026-04-01 09:00"))
    anew = completing(booked).when(book_follow_up, starts_at=local("2026-05-01 09:00"))
    wrong = taken_back(anew, "2026-04-01 09:00")
    assert wrong.state.follow_up_booked_for == local("2026-05-01 09:00")


def test_the_next_consult_has_used_up_what_one_in_error_gives_back() -> None:
    booked = given(RELEASED).when(book_follow_up, starts_at=local("2026-04-01 09:00"))
    twice = completing(completing(booked, "2026-03-25 09:00"))
    once = taken_back(twice, "2026-03-25 09:00")
    assert once.state.follow_up_booked_for is None
    assert taken_back(once, "2026-04-01 09:00").state.follow_up_booked_for == local("2026-04-01 09:00")
