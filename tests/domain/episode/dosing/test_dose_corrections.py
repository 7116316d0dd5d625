"""What a corrected dose keeps and what it holds anew: D5, D12, Y1."""

from decimal import Decimal
from typing import Any

from domain.episode.dosing.correct_dose import DoseCorrected, correct_dose
from domain.episode.safety.holds import open_holds
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.release_hold import release_hold
from domain.episode.safety.safety import HoldReason
from tests.domain.given import Scenario, given
from tests.domain.people import local
from tests.dosing_day import DAY, DOSED, FIRST_DOSE, RELEASED, SESSION, on
from tests.gate_answers import gate

FIFTIES = [{"strength_mg": 50, "count": 4}]


def corrected(scenario: Scenario, amount_mg: int, clock: str = "17:00", **changed: Any) -> Scenario:
    order = {"session_id": SESSION, "dose_id": FIRST_DOSE, "amount_mg": amount_mg, "reason": "slip"}
    return scenario.when(correct_dose, now=f"{DAY} {clock}", **order, **changed)


def strengths(scenario: Scenario) -> list[Decimal]:
    return [portion.strength_mg for portion in scenario.state.sessions[SESSION].doses[FIRST_DOSE].tablets]


def test_y1_the_tablets_of_a_dose_are_corrected_where_its_amount_was_right() -> None:
    fifties = corrected(given(DOSED), 200, tablets=FIFTIES).includes(DoseCorrected)
    assert strengths(fifties) == [Decimal(50)]
    corrected(fifties, 200, tablets=FIFTIES).then()


def test_y1_a_corrected_time_keeps_the_tablets_and_a_corrected_amount_does_not() -> None:
    fifties = corrected(given(DOSED), 200, tablets=FIFTIES)
    assert strengths(corrected(fifties, 200, taken_at=on("14:07"))) == [Decimal(50)]
    assert strengths(corrected(fifties, 250)) == []


def test_d5_a_dose_corrected_upwards_after_the_release_of_its_hold_is_held_anew() -> None:
    over = corrected(given(DOSED), 450).includes(HoldPlaced, reason=HoldReason.DOSE_OVER_PLAN)
    corrected(over, 480, "17:10").excludes(HoldPlaced)
    released = over.when(release_hold, now=f"{DAY} 18:00", hold_id=open_holds(over.state)[0].hold_id, reason="seen")
    corrected(released, 420, "19:00").excludes(HoldPlaced)
    graver = corrected(released, 700, "19:00").includes(HoldPlaced, reason=HoldReason.DOSE_OVER_PLAN)
    assert len(open_holds(graver.state)) == 1


def test_i1_s1_a_time_of_another_week_opens_neither_the_next_session_nor_the_plan_anew() -> None:
    """The session was opened when it was: the 3rd typed for the 17th counts no day and no session away."""
    moved = given(RELEASED).when(
        correct_dose,
        now="2026-03-18 10:00",
        session_id=SESSION,
        dose_id=FIRST_DOSE,
        amount_mg=200,
        taken_at=local("2026-03-03 14:05"),
        reason="slip",
    )
    moved.includes(DeviationNoted, code="another_day")
    assert not gate(moved, "interval", "2026-03-23 20:00", None).is_open
    assert gate(moved, "interval", "2026-03-24 09:00", None).is_open
    assert "1 of 2 sessions used" in gate(moved, "plan", "2026-03-24 09:00", None).facts[0]
