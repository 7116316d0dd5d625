"""Acceptance cases D1 (entries) and D4 to D12: doses in milligrams, tablets, parts and plans."""

from decimal import Decimal

import pytest

from domain.episode.dosing.clear_to_dose import (
    AnotherPartIsNext,
    DoseCleared,
    DoseIsAboveTheLast,
    PatientMustBeAsked,
    PlanHasChanged,
    clear_to_dose,
)
from domain.episode.dosing.correct_dose import DoseCorrected, correct_dose
from domain.episode.dosing.dose_arithmetic import TabletsCannotMakeIt, TabletsDoNotAddUp
from domain.episode.dosing.record_dose import DoseTaken, HowManyTablets, record_dose
from domain.episode.dosing.record_swallowing import DoseSwallowed, record_swallowing
from domain.episode.dosing.record_vomiting import PatientVomited, record_vomiting
from domain.episode.gates import Checkpoint, GatesAreClosed
from domain.episode.gates.doses import sessions_left
from domain.episode.plan.plan import Depth
from domain.episode.plan.set_next_dose import set_next_dose
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import DosePart
from tests.domain.given import History, Scenario, at, given
from tests.domain.people import RIVERA
from tests.dosing_day import (
    BOOKED,
    BOOSTER,
    CLEARED,
    DAY,
    DOSED,
    FIRST_DOSE,
    OPENED,
    READY,
    SECOND_SESSION,
    SESSION,
    check,
    cleared,
    dose,
    gate_of,
    on,
    plan_amended,
    second_session,
    vitals,
)
from tests.situations import PLAN

CLEAR = {"session_id": SESSION, "plan_version": 1}
DOSE = {"session_id": SESSION, "dose_id": FIRST_DOSE}
ON_BOOSTER = {"session_id": SESSION, "dose_id": BOOSTER, "part": DosePart.BOOSTER}


def boosting(
    scenario: Scenario, clock: str, dose_mg: int = 100, part: DosePart = DosePart.BOOSTER, version: int = 1
) -> Scenario:
    """Ask for a booster at that time, with a check and vitals taken two minutes before."""
    hour, minute = (int(part) for part in clock.split(":"))
    before = f"{hour}:{minute - 2:02}"
    watched = given_more(scenario, before)
    return watched.when(
        clear_to_dose,
        now=f"{DAY} {clock}",
        session_id=SESSION,
        part=part,
        dose_mg=dose_mg,
        plan_version=version,
        patient_was_asked=True,
    )


def given_more(scenario: Scenario, clock: str) -> Scenario:
    return scenario.after(at(f"{DAY} {clock}", vitals(clock), check(clock)))


def tablets(*portions: tuple[int, str]) -> list[dict[str, object]]:
    return [{"strength_mg": strength, "count": count} for strength, count in portions]


def test_d1_tablets_and_amount_have_to_agree() -> None:
    given(CLEARED).when(record_dose, now=f"{DAY} 14:05", **DOSE, amount_mg=200, tablets=tablets((50, "2"))).refused(
        TabletsDoNotAddUp, field="tablets", rule="15"
    )
    given(CLEARED).when(
        record_dose, now=f"{DAY} 14:05", **DOSE, amount_mg=200, tablets=tablets((100, "1"), (50, "2"))
    ).includes(DoseTaken, amount_mg=Decimal(200))
    given(CLEARED).when(record_dose, now=f"{DAY} 14:05", **DOSE, amount_mg=150, tablets=tablets((100, "1.5"))).includes(
        DoseTaken, amount_mg=Decimal(150)
    )


def test_d1_a_dose_the_tablets_cannot_make_is_not_cleared() -> None:
    given(READY).when(clear_to_dose, now=f"{DAY} 14:00", **CLEAR, dose_mg=175).refused(TabletsCannotMakeIt, rule="15")


def test_d4_the_booster_offered_is_what_the_maximum_leaves() -> None:
    dosed = given(CLEARED, at(f"{DAY} 14:05", dose("14:05", 350)))
    boosting(dosed, "14:30", 50).includes(DoseCleared, total_mg=Decimal(400))
    boosting(dosed, "14:30", 100).refused(GatesAreClosed, missing="at most 400 mg", rule="15")


def test_d5_clearing_over_the_maximum_is_refused_and_recording_it_is_not() -> None:
    dosed = given(CLEARED, at(f"{DAY} 14:05", dose("14:05", 300)))
    boosting(dosed, "14:30", 150).refused(GatesAreClosed, missing="at most 400 mg", rule="15")
    taken = dosed.when(record_dose, now=f"{DAY} 14:31", **ON_BOOSTER, amount_mg=150, tablets=tablets((100, "1.5")))
    taken.includes(DoseTaken, amount_mg=Decimal(150), cleared=False)
    taken.includes(DeviationNoted, rule="15", code="over_maximum")
    taken.includes(HoldPlaced, reason=HoldReason.DOSE_OVER_PLAN)
    assert taken.state.sessions[SESSION].total_mg == 450


def test_d6_the_next_dose_is_the_prescribers() -> None:
    ready = given(second_session("2026-03-24"))
    order = {"session_id": SECOND_SESSION, "now": "2026-03-24 14:00"}
    ready.when(clear_to_dose, **order, dose_mg=300, plan_version=1).refused(GatesAreClosed, rule="15")
    raised = ready.when(
        set_next_dose,
        by=RIVERA,
        now="2026-03-24 13:50",
        plan_id=PLAN,
        plan_version=1,
        next_dose_mg=300,
        reason="little effect",
    )
    order |= {"dose_mg": 300, "plan_version": 2}
    raised.when(clear_to_dose, **order).refused(DoseIsAboveTheLast, field="dose_mg")
    raised.when(clear_to_dose, **order, confirm_dose=True).includes(DoseCleared, total_mg=Decimal(300))


def test_d6_a_lower_dose_is_always_allowed() -> None:
    given(READY).when(clear_to_dose, now=f"{DAY} 14:00", **CLEAR, dose_mg=150).includes(
        DoseCleared, total_mg=Decimal(150)
    )


def test_d7_a_plan_that_changed_is_shown_before_anything_is_cleared() -> None:
    changed = given(READY, at(f"{DAY} 13:50", plan_amended(2, next_dose_mg=150), by=RIVERA))
    refused = changed.when(clear_to_dose, now=f"{DAY} 14:00", **CLEAR, dose_mg=200)
    assert "the next dose is 150 mg, it was 200 mg" in str(refused.refusal)
    refused.refused(PlanHasChanged, field="plan_version", rule="3")
    order = {"session_id": SESSION, "plan_version": 2, "now": f"{DAY} 14:00"}
    changed.when(clear_to_dose, **order, dose_mg=200).refused(GatesAreClosed, rule="15")
    changed.when(clear_to_dose, **order, dose_mg=150).includes(DoseCleared, plan_version=2)


def test_d7_the_booster_follows_the_newest_plan() -> None:
    booster = {"dose_mg": 50, "from_minutes": 20, "until_minutes": 45}
    changed = given(DOSED, at(f"{DAY} 14:20", plan_amended(2, booster=booster), by=RIVERA))
    boosting(changed, "14:30", 100, version=2).refused(GatesAreClosed, rule="15")
    boosting(changed, "14:30", 50, version=2).includes(DoseCleared, total_mg=Decimal(250))


@pytest.mark.parametrize("clock", ["14:24", "14:51"])
def test_d8_a_booster_outside_its_window_is_not_cleared(clock: str) -> None:
    boosting(given(DOSED), clock).refused(GatesAreClosed, missing="the booster's window", rule="15.booster")


@pytest.mark.parametrize("clock", ["14:25", "14:50"])
def test_d8_both_ends_of_the_window_belong_to_it(clock: str) -> None:
    boosting(given(DOSED), clock).includes(DoseCleared, part=DosePart.BOOSTER, total_mg=Decimal(300))


def _booster_at_half_past(*history: History) -> Scenario:
    return given(DOSED, *history).when(
        clear_to_dose,
        now=f"{DAY} 14:30",
        session_id=SESSION,
        part=DosePart.BOOSTER,
        dose_mg=100,
        plan_version=1,
        patient_was_asked=True,
    )


def test_d8_the_booster_needs_fresh_vitals_within_limits() -> None:
    seen = at(f"{DAY} 14:28", check("14:28"))
    _booster_at_half_past(seen).refused(GatesAreClosed, missing="vitals since the first part", rule="15.booster")
    _booster_at_half_past(at(f"{DAY} 14:14", vitals("14:14")), seen).refused(GatesAreClosed, missing="expired 14:29")
    _booster_at_half_past(at(f"{DAY} 14:15", vitals("14:15")), seen).includes(DoseCleared, lapses_at=on("14:30"))
    high = at(f"{DAY} 14:27", vitals("14:27", 168, 92))
    _booster_at_half_past(high, seen).refused(GatesAreClosed, missing="systolic 168", rule="15.booster")


def test_d8_the_booster_needs_a_responsive_patient_who_was_asked() -> None:
    fresh = at(f"{DAY} 14:27", vitals("14:27"))
    _booster_at_half_past(fresh).refused(GatesAreClosed, missing="a check of the patient", rule="15.after")
    asleep = at(f"{DAY} 14:28", check("14:28", responsive=False))
    _booster_at_half_past(fresh, asleep).refused(GatesAreClosed, missing="responsive", rule="15.after")
    sedated = at(f"{DAY} 14:28", check("14:28", sedation=2))
    _booster_at_half_past(fresh, sedated).refused(GatesAreClosed, missing="markedly sedated", rule="15.after")
    given(DOSED, fresh, at(f"{DAY} 14:28", check("14:28"))).when(
        clear_to_dose, now=f"{DAY} 14:30", **CLEAR, part=DosePart.BOOSTER, dose_mg=100
    ).refused(PatientMustBeAsked)


def _half() -> Scenario:
    """400 mg, half-dissociative, the first 200 mg taken at 14:05."""
    amended = at(
        f"{DAY} 09:00", plan_amended(2, depth=Depth.HALF_DISSOCIATIVE, next_dose_mg=400, booster=None), by=RIVERA
    )
    history = (READY, amended, at(f"{DAY} 13:55", cleared("14:10", 400)), at(f"{DAY} 14:05", dose("14:05", 200)))
    return given(*history)


def test_d9_the_second_half_of_a_split_dose_is_the_planned_dose() -> None:
    cleared_half = boosting(_half(), "14:58", 200, DosePart.SECOND, version=2)
    cleared_half.includes(DoseCleared, part=DosePart.SECOND, total_mg=Decimal(400))
    taken = cleared_half.when(
        record_dose, now=f"{DAY} 14:59", **(ON_BOOSTER | {"part": DosePart.SECOND}), amount_mg=200
    )
    taken.includes(DoseTaken, cleared=True).excludes(DeviationNoted, HoldPlaced)
    assert taken.state.sessions[SESSION].total_mg == 400


def test_d9_no_booster_goes_on_top_of_a_split_dose() -> None:
    boosting(_half(), "14:30", 50, DosePart.BOOSTER, version=2).refused(AnotherPartIsNext)
    both = _half().after(at(f"{DAY} 14:20", dose("14:20", 100, DosePart.SECOND, dose_id=BOOSTER)))
    whole = both.after(at(f"{DAY} 14:21", dose("14:21", 100, DosePart.SECOND, dose_id=SECOND_SESSION)))
    boosting(whole, "14:30", 50, DosePart.BOOSTER, version=2).refused(
        GatesAreClosed, missing="an undivided dose", rule="15"
    )


def test_d10_a_swallowed_dose_is_recorded_and_told() -> None:
    swallowed = given(DOSED).when(record_swallowing, session_id=SESSION, now=f"{DAY} 14:09")
    swallowed.then(DoseSwallowed(session_id=SESSION, dose_id=FIRST_DOSE, at=on("14:09")), swallowed.events[1]).includes(
        DeviationNoted, rule="15", code="swallowed"
    )
    boosting(swallowed, "14:30").refused(GatesAreClosed, missing="not swallowed", rule="15.after")
    gate = gate_of(swallowed, Checkpoint.RELEASE, "observation", "16:30")
    assert gate.opens.at == on("17:05")


def test_d10_swallowing_known_when_the_dose_is_recorded_is_told_as_well() -> None:
    given(CLEARED).when(record_dose, now=f"{DAY} 14:10", **DOSE, amount_mg=200, swallowed=True).includes(
        DeviationNoted, rule="15", code="swallowed"
    )


def test_d11_vomiting_uses_the_session_up_and_repeats_nothing() -> None:
    vomited = given(DOSED).when(record_vomiting, session_id=SESSION, now=f"{DAY} 14:08").includes(PatientVomited)
    state = vomited.state
    assert sessions_left(state, state.plan) == 1
    vomited.when(clear_to_dose, now=f"{DAY} 14:09", **CLEAR, dose_mg=200).refused(AnotherPartIsNext)
    boosting(vomited, "14:30").refused(GatesAreClosed, missing="kept down", rule="15.after")


def test_d12_a_slip_is_caught_by_the_tablets() -> None:
    given(CLEARED).when(record_dose, now=f"{DAY} 14:05", **DOSE, amount_mg=2000).refused(
        HowManyTablets, field="tablets"
    )
    given(CLEARED).when(record_dose, now=f"{DAY} 14:05", **DOSE, amount_mg=2000, tablets=tablets((100, "2"))).refused(
        TabletsDoNotAddUp
    )
    given(CLEARED).when(record_dose, now=f"{DAY} 14:05", **DOSE, amount_mg=500, tablets_not_counted=True).includes(
        DoseTaken, amount_mg=Decimal(500)
    )


def test_d12_a_corrected_dose_shows_both_and_counts_as_corrected() -> None:
    stored = given(CLEARED, at(f"{DAY} 14:05", dose("14:05", 300)))
    fixed = stored.when(correct_dose, now="2026-03-18 09:00", **DOSE, amount_mg=200, reason="two tablets")
    fixed.includes(DoseCorrected, amount_mg=Decimal(200), was_amount_mg=Decimal(300), taken_at=on("14:05"))
    assert fixed.state.sessions[SESSION].total_mg == 200
    again = fixed.when(correct_dose, now="2026-03-18 09:01", **DOSE, amount_mg=200, reason="two tablets")
    again.then()
    over = stored.when(correct_dose, now="2026-03-18 09:00", **DOSE, amount_mg=450, reason="more than thought")
    over.includes(DeviationNoted, code="over_maximum").includes(HoldPlaced, reason=HoldReason.DOSE_OVER_PLAN)


def test_an_uncleared_dose_without_an_open_session_is_recorded_with_what_it_broke() -> None:
    taken = given(BOOKED).when(record_dose, now=f"{DAY} 14:05", **DOSE, amount_mg=200)
    taken.includes(DoseTaken, cleared=False)
    codes = {e.code for e in taken.events if isinstance(e, DeviationNoted)}
    assert {"session_not_open", "not_cleared", "no_chaperone"} <= codes


def test_a_dose_on_another_day_is_recorded() -> None:
    given(OPENED).when(record_dose, now="2026-03-18 09:00", **DOSE, amount_mg=200).includes(
        DeviationNoted, code="another_day"
    )


def test_the_same_dose_is_recorded_once() -> None:
    given(DOSED).when(record_dose, now=f"{DAY} 14:06", **DOSE, amount_mg=200).then()


def test_a_dose_taken_in_the_minute_it_was_cleared_is_a_cleared_dose() -> None:
    """People write times in minutes, while the moment of the clearance has seconds."""
    at_once = on("13:55").replace(second=40)
    just_cleared = given(READY, at(at_once, cleared("14:10")))
    taken = just_cleared.when(record_dose, now=f"{DAY} 13:56", **DOSE, amount_mg=200, taken_at=on("13:55"))
    taken.includes(DoseTaken, cleared=True)
    assert not taken.state.deviations
