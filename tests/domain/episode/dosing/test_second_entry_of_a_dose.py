"""One dose, two people: the second entry is asked about, never taken for another dose nor refused for good."""

from domain.derived import derived_id
from domain.episode.dosing.end_dosing_session import end_dosing_session
from domain.episode.dosing.record_dose import DoseTaken, ThisPartIsRecorded, record_dose
from domain.episode.dosing.record_vitals import record_vitals
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import SessionEnd, VitalsPhase
from tests.domain.given import given
from tests.domain.people import RIVERA
from tests.dosing_day import BOOSTER, DAY, DOSED, SESSION, on, vitals_id

SECOND_ENTRY = {
    "session_id": SESSION,
    "dose_id": derived_id("second entry"),
    "amount_mg": 200,
    "tablets": [{"strength_mg": 100, "count": 2}],
    "taken_at": on("14:05"),
}


def test_a_part_that_is_recorded_already_is_asked_about() -> None:
    entered = given(DOSED).when(record_dose, by=RIVERA, now=f"{DAY} 14:08", **SECOND_ENTRY)
    assert entered.refusal is not None
    assert "200 mg at 14:05" in str(entered.refusal)
    entered.refused(ThisPartIsRecorded, field="part", rule="15")


def test_one_more_that_was_taken_is_recorded() -> None:
    entered = given(DOSED).when(record_dose, by=RIVERA, now=f"{DAY} 14:08", is_another=True, **SECOND_ENTRY)
    entered.includes(DoseTaken, amount_mg=200)
    assert entered.state.sessions[SESSION].total_mg == 400


def test_another_part_is_not_asked_about() -> None:
    booster = given(DOSED).when(
        record_dose, now=f"{DAY} 14:40", session_id=SESSION, dose_id=BOOSTER, part="booster", amount_mg=100
    )
    booster.includes(DoseTaken, amount_mg=100)


def test_v11_a_pressure_without_its_diastolic_is_no_set_after_the_dose() -> None:
    half = given(DOSED).when(
        record_vitals,
        now=f"{DAY} 16:20",
        session_id=SESSION,
        vitals_id=vitals_id("16:20"),
        phase=VitalsPhase.AFTER,
        systolic_mmhg=130,
    )
    stopped = half.when(end_dosing_session, now=f"{DAY} 16:30", session_id=SESSION, ended_as=SessionEnd.STOPPED_EARLY)
    stopped.includes(HoldPlaced, reason=HoldReason.VITALS_AFTER_MISSING)
