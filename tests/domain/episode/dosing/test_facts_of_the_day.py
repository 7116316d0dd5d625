"""Small facts of a dosing session: recorded as they happen, once each, refused only where they are nonsense."""

import pytest
from pydantic import ValidationError

from domain.episode.dosing.clear_to_dose import AGoAheadIsNotBackdated, DoseCleared, SessionIsNotOpen, clear_to_dose
from domain.episode.dosing.confirm_place import PlaceConfirmed, confirm_place
from domain.episode.dosing.correct_dose import correct_dose
from domain.episode.dosing.correct_vitals import VitalsAreUnknown, correct_vitals
from domain.episode.dosing.end_dosing_session import SessionEnded
from domain.episode.dosing.next_part import planned_mg
from domain.episode.dosing.open_dosing_session import (
    AnotherSessionIsRunning,
    DosingSessionOpened,
    open_dosing_session,
)
from domain.episode.dosing.record_companion_departure import CompanionLeft, record_companion_departure
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.dosing.record_swallowing import record_swallowing
from domain.episode.dosing.record_vomiting import PatientVomited, record_vomiting
from domain.episode.dosing.which_dose import DoseIsUnknown
from domain.episode.gates import GatesAreClosed
from domain.episode.safety.place_hold import place_hold
from domain.episode.session.session import SessionStatus
from domain.episode.session.which_session import (
    SessionIsOfAnotherKind,
    SessionIsOver,
    SessionIsUnknown,
)
from domain.episode.session.without_entry import without_entry
from tests.domain.given import at, given
from tests.domain.people import ABARA, RIVERA
from tests.dosing_day import (
    BOOKED,
    BOOSTER,
    CLEARED,
    COMPANION,
    DAY,
    DOSED,
    FIRST_DOSE,
    OPENED,
    READY,
    RELEASED,
    SECOND_SESSION,
    SESSION,
    booked,
    checklist,
    dose,
    on,
    place,
    vitals_id,
)
from tests.situations import PLAN, PREPARATION, PREPARED, terms

PLACE = {
    "session_id": SESSION,
    "place_id": place().place_id,
    "state": "NY",
    "zone": "America/New_York",
    "address": "12 Elm Street",
    "call_back": "212 555 0142",
}


def test_opening_names_plan_version_and_who_is_on_call() -> None:
    given(BOOKED).when(open_dosing_session, now=f"{DAY} 13:20", session_id=SESSION).then(
        DosingSessionOpened(session_id=SESSION, plan_id=PLAN, plan_version=1, on_call_id=ABARA.actor_id)
    )


def test_opening_asks_the_gates() -> None:
    held = given(BOOKED).when(place_hold, hold_id=COMPANION, reason="other", now=f"{DAY} 09:00")
    held.when(open_dosing_session, now=f"{DAY} 13:20", session_id=SESSION).refused(GatesAreClosed, rule="+hold")


def test_only_a_booked_dosing_session_opens_and_one_at_a_time() -> None:
    given(RELEASED).when(open_dosing_session, session_id=SESSION).refused(SessionIsOver)
    given(PREPARED).when(open_dosing_session, session_id=PREPARATION).refused(SessionIsOfAnotherKind)
    given(PREPARED).when(open_dosing_session, session_id=SESSION).refused(SessionIsUnknown)
    two = given(OPENED, at(f"{DAY} 13:30", booked(SECOND_SESSION, f"{DAY} 17:00", 2)))
    two.when(open_dosing_session, session_id=SECOND_SESSION).refused(AnotherSessionIsRunning)


def test_nothing_is_cleared_before_the_session_is_open_or_after_its_end() -> None:
    order = {"session_id": SESSION, "dose_mg": 200, "plan_version": 1}
    given(BOOKED).when(clear_to_dose, **order).refused(SessionIsNotOpen)
    given(RELEASED).when(clear_to_dose, **order).refused(SessionIsOver)


def test_a_clearance_that_stands_is_given_once() -> None:
    order = {"session_id": SESSION, "dose_mg": 200, "plan_version": 1}
    first = given(READY).when(clear_to_dose, now=f"{DAY} 14:00", **order).includes(DoseCleared)
    first.when(clear_to_dose, now=f"{DAY} 14:01", **order).then()
    first.when(clear_to_dose, now=f"{DAY} 14:11", **order).refused(GatesAreClosed, rule="4")


def test_a_go_ahead_is_given_for_now() -> None:
    given(READY).when(
        clear_to_dose, now=f"{DAY} 14:20", occurred_at=on("14:00"), session_id=SESSION, dose_mg=200, plan_version=1
    ).refused(AGoAheadIsNotBackdated)


def test_the_place_is_confirmed_once_and_again_when_it_changes() -> None:
    confirmed = given(OPENED).when(confirm_place, now=f"{DAY} 13:25", **PLACE)
    confirmed.includes(PlaceConfirmed, state="NY", local_emergency_number="911")
    confirmed.when(confirm_place, **PLACE).then()
    confirmed.when(confirm_place, **(PLACE | {"place_id": BOOSTER, "state": "NJ"})).includes(PlaceConfirmed)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="time zone"):
        given(OPENED).when(confirm_place, **(PLACE | {"zone": "Mars/Olympus"}))


def test_vomiting_is_recorded_once_per_time() -> None:
    first = given(DOSED).when(record_vomiting, session_id=SESSION, at=on("14:08")).includes(PatientVomited)
    first.when(record_vomiting, session_id=SESSION, at=on("14:08")).then()
    first.when(record_vomiting, session_id=SESSION, at=on("14:20")).includes(PatientVomited)


def test_swallowing_needs_a_dose_and_is_recorded_once() -> None:
    given(OPENED).when(record_swallowing, session_id=SESSION).refused(DoseIsUnknown)
    given(DOSED).when(record_swallowing, session_id=SESSION, dose_id=BOOSTER).refused(DoseIsUnknown)
    given(DOSED).when(record_swallowing, session_id=SESSION).when(record_swallowing, session_id=SESSION).then()


def test_only_what_was_recorded_is_corrected() -> None:
    given(DOSED).when(
        correct_vitals, session_id=SESSION, vitals_id=BOOSTER, systolic_mmhg=120, diastolic_mmhg=80, reason="slip"
    ).refused(VitalsAreUnknown)
    given(DOSED).when(correct_dose, session_id=SESSION, dose_id=BOOSTER, amount_mg=100, reason="slip").refused(
        DoseIsUnknown
    )


def test_a_correction_that_changes_nothing_records_nothing() -> None:
    given(DOSED).when(
        correct_vitals,
        session_id=SESSION,
        vitals_id=vitals_id("13:40"),
        systolic_mmhg=124,
        diastolic_mmhg=78,
        pulse_per_min=70,
        reason="slip",
    ).then()


def test_the_time_of_a_dose_can_be_corrected() -> None:
    moved = given(DOSED).when(
        correct_dose, session_id=SESSION, dose_id=FIRST_DOSE, amount_mg=200, taken_at=on("14:02"), reason="slip"
    )
    assert moved.state.sessions[SESSION].last_dose_at == on("14:02")


def test_without_its_end_a_session_runs_again_and_without_its_dose_it_is_cleared() -> None:
    released = given(RELEASED)
    running = without_entry(released.state, released.entry(SessionEnded).envelope.event_id)
    assert running.sessions[SESSION].status is SessionStatus.DOSED
    assert running.sessions[SESSION].ended_as is None
    undosed = without_entry(running, released.entry(DoseTaken).envelope.event_id)
    assert undosed.sessions[SESSION].status is SessionStatus.CLEARED
    unopened = without_entry(undosed, released.entry(DosingSessionOpened).envelope.event_id)
    assert unopened.sessions[SESSION].status is SessionStatus.BOOKED


def test_a_clearance_in_error_names_no_dose_any_more() -> None:
    """Else what was cleared by a slip would go on saying how much of the dose is left."""
    cleared = given(CLEARED)
    assert planned_mg(cleared.state.sessions[SESSION], terms(next_dose_mg=300, maximum_mg=400)) == 200
    session = without_entry(cleared.state, cleared.entry(DoseCleared).envelope.event_id).sessions[SESSION]
    assert (session.clearance, session.status) == (None, SessionStatus.OPEN)
    assert planned_mg(session, terms(next_dose_mg=300, maximum_mg=400)) == 300


def test_a_swallowing_in_error_leaves_the_dose() -> None:
    swallowed = given(DOSED).when(record_swallowing, session_id=SESSION)
    entry_id = swallowed.recorded[-2].envelope.event_id
    session = without_entry(swallowed.state, entry_id).sessions[SESSION]
    assert session.is_dosed
    assert not session.doses[FIRST_DOSE].was_swallowed


def test_a_departure_in_error_leaves_the_companion_there() -> None:
    left = given(DOSED).when(record_companion_departure, session_id=SESSION, now=f"{DAY} 14:40")
    back = without_entry(left.state, left.entry(CompanionLeft).envelope.event_id)
    there = back.sessions[SESSION].companion_at(on("15:00"))
    assert there is not None
    assert there.companion_id == COMPANION


def test_facts_of_a_session_taken_out_again_change_nothing_when_they_arrive_later() -> None:
    gone = given(CLEARED)
    state = without_entry(gone.state, gone.entry(type(booked())).envelope.event_id)
    assert SESSION not in state.sessions
    for event in (dose("14:05"), checklist(), place()):
        recorded = given(PREPARED).after(at(f"{DAY} 15:00", event))
        assert SESSION not in recorded.state.sessions


def test_a_prescriber_records_facts_as_well() -> None:
    given(CLEARED).when(
        record_dose, by=RIVERA, now=f"{DAY} 14:05", session_id=SESSION, dose_id=FIRST_DOSE, amount_mg=200
    ).includes(DoseTaken)
