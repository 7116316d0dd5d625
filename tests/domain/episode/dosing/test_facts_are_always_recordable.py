"""A gate guards a permission, never a fact: whatever was taken or measured can be recorded, in every state."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.course.pause_episode import EpisodePaused
from domain.episode.dosing.end_dosing_session import SessionEnded, end_dosing_session
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.dosing.record_vitals import VitalsRecorded, record_vitals
from domain.episode.dosing.record_vomiting import PatientVomited, record_vomiting
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.session.session import DosePart, SessionEnd, VitalsPhase
from tests.domain.given import History, at, given
from tests.domain.people import ADA, sealed
from tests.dosing_day import BOOKED, BOOSTER, CLEARED, DAY, DOSED, OPENED, READY, RELEASED, SESSION, booked, on
from tests.situations import REFERRED

PAUSED = (BOOKED, at("2026-03-12 09:00", EpisodePaused(reason=sealed("travel"))))
DISCHARGED = (
    RELEASED,
    at(
        "2026-03-30 09:00",
        PatientDischarged(reason=DischargeReason.COMPLETED, on=on("09:00", "2026-03-30").date(), patient_id=ADA),
    ),
)
NEVER_PLANNED = (REFERRED, at("2026-03-11 09:00", booked()))
STATES: tuple[History, ...] = (
    NEVER_PLANNED,
    BOOKED,
    OPENED,
    READY,
    CLEARED,
    DOSED,
    RELEASED,
    PAUSED,
    DISCHARGED,
)
FEW = settings(max_examples=40, deadline=None)
moments = st.integers(min_value=-3 * 24 * 60, max_value=3 * 24 * 60).map(lambda m: on("14:00") + timedelta(minutes=m))


@FEW
@for_all(
    state=st.sampled_from(STATES),
    halves=st.integers(min_value=1, max_value=80),
    part=st.sampled_from(DosePart),
    taken_at=moments,
    swallowed=st.booleans(),
)
def test_any_dose(state: History, halves: int, part: DosePart, taken_at: Any, swallowed: bool) -> None:
    amount = halves * 50
    taken = given(state).when(
        record_dose,
        now="2026-04-10 09:00",
        session_id=SESSION,
        dose_id=BOOSTER,
        part=part,
        amount_mg=amount,
        tablets=[{"strength_mg": 100, "count": Decimal(halves) / 2}],
        taken_at=taken_at,
        swallowed=swallowed,
        is_another=True,
    )
    taken.includes(DoseTaken, amount_mg=Decimal(amount), taken_at=taken_at)
    assert taken.state.sessions[SESSION].doses[BOOSTER].amount_mg == amount
    was_cleared = next(e for e in taken.events if isinstance(e, DoseTaken)).cleared
    assert was_cleared or any(isinstance(e, DeviationNoted) for e in taken.events)


@FEW
@for_all(
    state=st.sampled_from(STATES),
    phase=st.sampled_from(VitalsPhase),
    diastolic=st.integers(min_value=0, max_value=200),
    above=st.integers(min_value=1, max_value=200),
    taken_at=moments,
)
def test_any_vitals(state: History, phase: VitalsPhase, diastolic: int, above: int, taken_at: Any) -> None:
    given(state).when(
        record_vitals,
        now="2026-04-10 09:00",
        session_id=SESSION,
        vitals_id=BOOSTER,
        phase=phase,
        systolic_mmhg=diastolic + above,
        diastolic_mmhg=diastolic,
        taken_at=taken_at,
        confirm_extreme=True,
    ).includes(VitalsRecorded, taken_at=taken_at)


@FEW
@for_all(state=st.sampled_from(STATES), moment=moments)
def test_vomiting_at_any_time(state: History, moment: Any) -> None:
    given(state).when(record_vomiting, session_id=SESSION, at=moment).includes(PatientVomited, at=moment)


@pytest.mark.parametrize("state", [NEVER_PLANNED, BOOKED, OPENED, READY, CLEARED, DOSED, PAUSED])
def test_an_emergency_transfer_in_any_state_before_the_end(state: History) -> None:
    given(state).when(
        end_dosing_session, now=f"{DAY} 15:00", session_id=SESSION, ended_as=SessionEnd.EMERGENCY_TRANSFER
    ).includes(SessionEnded, ended_as=SessionEnd.EMERGENCY_TRANSFER)
