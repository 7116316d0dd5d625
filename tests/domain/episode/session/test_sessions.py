"""Booking, moving, cancelling, missing and completing sessions."""

from typing import Any

import pytest

from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.course.pause_episode import pause_episode
from domain.episode.gates import GatesAreClosed
from domain.episode.intake.intake import Way
from domain.episode.refusals import EpisodeIsNotOpen
from domain.episode.session.book_session import SelfGuidedIsNotOffered, SessionBooked, book_session
from domain.episode.session.cancel_session import SessionCancelled, cancel_session
from domain.episode.session.complete_integration import IntegrationCompleted, complete_integration
from domain.episode.session.complete_preparation import (
    EndIsNotAfterStart,
    PreparationCompleted,
    complete_preparation,
)
from domain.episode.session.miss_session import SessionHasNotBegun, SessionMissed, miss_session
from domain.episode.session.move_session import SessionMoved, move_session
from domain.episode.session.session import SessionKind, SessionStatus
from domain.episode.session.which_session import SessionIsOfAnotherKind, SessionIsOver, SessionIsUnknown
from tests.domain.given import at, given
from tests.domain.people import LINDQVIST, OKAFOR, PARK, local
from tests.dosing_day import BOOKED, COMPANION, DAY, DOSED, RELEASED, SESSION, booked, on
from tests.situations import ASSIGNED, PREPARED, PRESCRIBED

NEW = derived_id("session", "new")
ORDER: dict[str, Any] = {
    "session_id": NEW,
    "companion_id": COMPANION,
    "kind": SessionKind.DOSING,
    "starts_at": on("14:00"),
    "minutes": 180,
    "way": Way.REMOTE,
}
PREPARATION = {"session_id": NEW, "started_at": on("10:00"), "ended_at": on("11:00")}
TALK = at("2026-03-11 09:00", booked(NEW, f"{DAY} 10:00", kind=SessionKind.PREPARATION, companion_id=None))
AFTERWARDS = at("2026-03-18 09:00", booked(NEW, "2026-03-19 10:00", kind=SessionKind.INTEGRATION, companion_id=None))


def test_a_session_is_booked_with_the_next_number_of_its_kind() -> None:
    given(PREPARED).when(book_session, now="2026-03-11 09:00", **ORDER).then(
        SessionBooked(
            session_id=NEW,
            kind=SessionKind.DOSING,
            number=1,
            starts_at=on("14:00"),
            minutes=180,
            way=Way.REMOTE,
            is_psycholytic=False,
            therapist_id=LINDQVIST.actor_id,
            self_guided=False,
        )
    )
    given(BOOKED).when(book_session, now="2026-03-11 09:30", **ORDER).includes(SessionBooked, number=2)


def test_a_coordinator_books_for_the_therapist_of_the_team() -> None:
    given(PREPARED).when(book_session, by=OKAFOR, now="2026-03-11 09:00", **ORDER).includes(
        SessionBooked, therapist_id=LINDQVIST.actor_id
    )


def test_compliance_books_nothing() -> None:
    given(PREPARED).when(book_session, by=PARK, **ORDER).refused(RoleMayNotDecide)


def test_the_companion_is_taken_for_the_hours_unless_in_a_group_or_in_the_past() -> None:
    named = ORDER | {"companion_name": "a friend", "companion_is_adult": True}
    given(PREPARED).when(book_session, now="2026-03-11 09:00", **named).includes(
        SessionBooked, companion_id=COMPANION, takes_companion=True
    )
    in_group = named | {"way": Way.GROUP}
    given(PREPARED).when(book_session, now="2026-03-11 09:00", **in_group).includes(
        SessionBooked, takes_companion=False
    )
    given(PREPARED).when(book_session, now="2026-03-18 09:00", **named).includes(SessionBooked, takes_companion=False)


def test_a_paused_course_takes_no_new_session_but_one_that_has_been_is_recorded() -> None:
    paused = given(PREPARED).when(pause_episode, now="2026-03-11 09:00", reason="travel")
    paused.when(book_session, now="2026-03-11 10:00", **ORDER).refused(GatesAreClosed, rule="+open")
    paused.when(book_session, now="2026-03-18 10:00", **ORDER).includes(SessionBooked)


def test_there_is_nothing_to_book_without_a_course_of_care() -> None:
    given().when(book_session, now="2026-03-18 09:00", **ORDER).refused(EpisodeIsNotOpen)


def test_booking_ahead_asks_for_nothing_that_can_still_come() -> None:
    given(ASSIGNED).when(book_session, now="2026-03-01 09:00", **(ORDER | {"kind": SessionKind.PREPARATION})).includes(
        SessionBooked, kind=SessionKind.PREPARATION
    )


@pytest.mark.parametrize("changed", [{"is_psycholytic": True}, {"is_psycholytic": False}])
def test_a_session_is_not_self_guided_without_the_networks_leave_and_never_when_psycholytic(
    changed: dict[str, bool],
) -> None:
    given(PREPARED).when(book_session, now="2026-03-11 09:00", **(ORDER | {"self_guided": True} | changed)).refused(
        SelfGuidedIsNotOffered, rule="14"
    )


def test_the_same_booking_is_made_once() -> None:
    given(BOOKED).when(book_session, **(ORDER | {"session_id": SESSION})).then()


def test_a_booked_session_moves() -> None:
    moved = given(BOOKED).when(move_session, session_id=SESSION, starts_at=local("2026-03-19 14:00"))
    moved.then(
        SessionMoved(session_id=SESSION, starts_at=local("2026-03-19 14:00"), from_starts_at=local(f"{DAY} 14:00"))
    )
    moved.when(move_session, session_id=SESSION, starts_at=local("2026-03-19 14:00")).then()


def test_a_session_that_has_begun_neither_moves_nor_is_cancelled_nor_missed() -> None:
    given(DOSED).when(move_session, session_id=SESSION, starts_at=on("18:00")).refused(SessionIsOver)
    given(DOSED).when(cancel_session, session_id=SESSION).refused(SessionIsOver)
    given(RELEASED).when(miss_session, session_id=SESSION).refused(SessionIsOver)


def test_a_session_is_cancelled_once() -> None:
    cancelled = given(BOOKED).when(cancel_session, session_id=SESSION, reason="ill").includes(SessionCancelled)
    cancelled.when(cancel_session, session_id=SESSION).then()
    cancelled.when(move_session, session_id=SESSION, starts_at=on("18:00")).refused(SessionIsOver)


def test_a_session_is_missed_once_it_should_have_begun() -> None:
    given(BOOKED).when(miss_session, now=f"{DAY} 13:00", session_id=SESSION).refused(SessionHasNotBegun)
    missed = given(BOOKED).when(miss_session, now=f"{DAY} 15:00", session_id=SESSION).includes(SessionMissed)
    missed.when(miss_session, session_id=SESSION).then()


def test_a_preparation_session_is_completed_once() -> None:
    done = given(PRESCRIBED, TALK).when(
        complete_preparation, now=f"{DAY} 11:05", **PREPARATION, summary="intentions for the session"
    )
    done.includes(PreparationCompleted, started_at=on("10:00"), ended_at=on("11:00"))
    assert done.state.sessions[NEW].status is SessionStatus.COMPLETED
    done.when(complete_preparation, **PREPARATION).then()


def test_a_session_that_ends_before_it_starts_is_refused() -> None:
    given(PRESCRIBED, TALK).when(complete_preparation, **(PREPARATION | {"ended_at": on("09:00")})).refused(
        EndIsNotAfterStart, field="ended_at"
    )


def test_only_sessions_of_that_kind_that_were_not_called_off_are_completed() -> None:
    given(PRESCRIBED).when(complete_preparation, **PREPARATION).refused(SessionIsUnknown)
    given(PRESCRIBED, TALK).when(complete_integration, **PREPARATION).refused(SessionIsOfAnotherKind)
    called_off = given(PRESCRIBED, TALK).when(cancel_session, session_id=NEW)
    called_off.when(complete_preparation, **PREPARATION).refused(SessionIsOver)


def test_an_integration_session_is_completed_once() -> None:
    order: dict[str, Any] = {
        "session_id": NEW,
        "started_at": local("2026-03-19 10:00"),
        "ended_at": local("2026-03-19 10:50"),
    }
    done = given(RELEASED, AFTERWARDS).when(complete_integration, now="2026-03-19 11:00", **order)
    done.then(IntegrationCompleted(**order))
    done.when(complete_integration, **order).then()


def test_only_a_therapist_completes_a_session() -> None:
    given(PRESCRIBED, TALK).when(complete_preparation, by=OKAFOR, **PREPARATION).refused(RoleMayNotDecide)
