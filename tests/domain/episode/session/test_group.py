"""Group sessions: each patient a session of their own, tied by therapist and time; one adult may sit with several."""

from typing import Any

from domain.derived import derived_id
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.intake.intake import Way
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.session.book_session import SessionBooked, book_session
from domain.episode.session.companion_hours import hours_taken
from domain.episode.session.group import group_of
from domain.episode.session.move_session import SessionMoved, move_session
from domain.episode.session.session import SessionKind
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST, SOLIS, local
from tests.dosing_day import COMPANION, DAY, FIRST_DOSE, SESSION, booked, on, opened
from tests.gate_answers import gate
from tests.situations import PREPARED

NEW = derived_id("session", "new")
ADAS, BENS = derived_id("episode", "ada"), derived_id("episode", "ben")
TOGETHER = group_of(Way.GROUP, SessionKind.DOSING, LINDQVIST.actor_id, on("14:00"))


def booking(way: Way = Way.GROUP, starts: str = f"{DAY} 14:00", **more: Any) -> Scenario:
    order = {
        "session_id": NEW, "companion_id": COMPANION, "kind": SessionKind.DOSING, "starts_at": local(starts),
        "minutes": 180, "way": way, "companion_name": "a friend", "companion_is_adult": True,
    } | more  # fmt: skip
    return given(PREPARED).when(book_session, by=LINDQVIST, now="2026-03-11 09:00", **order)


def test_sessions_of_one_therapist_at_one_time_are_a_group() -> None:
    booking().includes(SessionBooked, group_id=TOGETHER)
    booking(starts=f"{DAY} 15:00").excludes()
    assert booking(starts=f"{DAY} 15:00").state.sessions[NEW].group_id not in (TOGETHER, None)
    assert booking(therapist_id=SOLIS.actor_id).state.sessions[NEW].group_id not in (TOGETHER, None)
    booking(Way.REMOTE).includes(SessionBooked, group_id=None)


def test_a_session_that_moves_leaves_its_group() -> None:
    moved = booking().when(move_session, session_id=NEW, starts_at=local("2026-03-18 14:00"))
    joined = group_of(Way.GROUP, SessionKind.DOSING, LINDQVIST.actor_id, local("2026-03-18 14:00"))
    moved.includes(SessionMoved, group_id=joined)
    back = moved.when(move_session, session_id=NEW, starts_at=local(f"{DAY} 14:00"))
    assert back.state.sessions[NEW].group_id == TOGETHER


def test_h1_one_adult_may_sit_with_several_of_a_group() -> None:
    assert hours_taken(booking().state.sessions[NEW]) == ()
    assert hours_taken(booking(Way.REMOTE).state.sessions[NEW]) != ()


def test_a_group_by_video_needs_the_adult_and_the_consent_to_telehealth() -> None:
    nobody = given(PREPARED, at("2026-03-11 09:00", booked(way=Way.GROUP, companion_id=None)))
    assert gate(nobody, "companion", f"{DAY} 13:20").rule == "12"
    assert "Consent to telehealth" in " ".join(gate(nobody, "consent", f"{DAY} 13:20").facts)


def test_w1_in_a_group_a_dose_typed_under_the_neighbour_is_set_right_at_both() -> None:
    """Ada's 14:05 dose under Ben: in error at Ben, entered at Ada with its true time; both prescribers are told."""
    day = (PREPARED, at("2026-03-11 09:00", booked(way=Way.GROUP, group_id=TOGETHER)), at(f"{DAY} 13:20", opened()))
    dose = {"session_id": SESSION, "dose_id": FIRST_DOSE, "amount_mg": 200, "taken_at": on("14:05")}
    ben = given(day, stream="episode", stream_id=BENS).when(
        record_dose, by=LINDQVIST, now=f"{DAY} 14:06", **dose, tablets_not_counted=True
    )
    assert ben.state.sessions[SESSION].is_dosed
    entry = ben.entry(DoseTaken)
    back = ben.when(
        mark_in_error, by=LINDQVIST, now=f"{DAY} 14:20", entry=entry, event_id=entry.envelope.event_id,
        reason="the neighbour's",
    )  # fmt: skip
    back.includes(DeviationNoted, code="dose_in_error")
    assert not back.state.sessions[SESSION].is_dosed
    ada = given(day, stream="episode", stream_id=ADAS).when(
        record_dose, by=LINDQVIST, now=f"{DAY} 14:21", **dose, tablets_not_counted=True
    )
    ada.includes(DoseTaken, taken_at=on("14:05")).includes(DeviationNoted)
    assert ada.state.sessions[SESSION].first_dose_at == on("14:05")
