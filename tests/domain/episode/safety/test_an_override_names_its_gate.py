"""A booster's window and the vitals before it are two things: each is passed over by a signature of its own (D8)."""

from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.dosing.clear_to_dose import DoseCleared, clear_to_dose
from domain.episode.dosing.record_vitals import record_vitals
from domain.episode.gates import Checkpoint, GatesAreClosed
from domain.episode.safety.grant_override import OverrideGranted, grant_override
from domain.episode.safety.override_limits import GateIsNotClosed, SayWhatIsPassedOver
from domain.episode.session.session import DosePart
from tests.domain.given import Scenario, at, given
from tests.domain.people import RIVERA
from tests.dosing_day import DAY, DOSED, SESSION, check, vitals, vitals_id

LATE = "14:55"
"""Four minutes after the window, which ends at 14:50."""
HIGH = (DOSED, at(f"{DAY} 14:53", vitals("14:53", 168, 92)), at(f"{DAY} 14:54", check("14:54")))
FINE = (DOSED, at(f"{DAY} 14:53", vitals("14:53")), at(f"{DAY} 14:54", check("14:54")))


def overridden(scenario: Scenario, gate: str | None, number: int = 1, clock: str = LATE, **more: Any) -> Scenario:
    override_id = derived_id("override", number)
    order = {"override_id": override_id, "session_id": SESSION, "rule": "15.booster", "reason": "judgement"} | more
    return scenario.when(grant_override, by=RIVERA, now=f"{DAY} {clock}", gate=gate, **order)


def boosting(scenario: Scenario, clock: str = "14:57") -> Scenario:
    order = {"session_id": SESSION, "part": DosePart.BOOSTER, "dose_mg": 100, "plan_version": 1}
    return scenario.when(clear_to_dose, now=f"{DAY} {clock}", patient_was_asked=True, **order)


def closed(scenario: Scenario, clock: str = "14:57") -> set[str]:
    asked = scenario.gates(Checkpoint.SECOND_PART, now=f"{DAY} {clock}", session_id=SESSION)
    return {gate.key for gate in asked if gate.stands_in_the_way}


def measured(scenario: Scenario, systolic: int) -> Scenario:
    order = {"session_id": SESSION, "vitals_id": vitals_id("14:56"), "phase": "during", "systolic_mmhg": systolic}
    return scenario.when(record_vitals, now=f"{DAY} 14:56", diastolic_mmhg=80, pulse_per_min=70, **order)


@pytest.mark.parametrize(("gate", "other"), [("window", "vitals_since"), ("vitals_since", "window")])
def test_one_of_them_opens_no_other(gate: str, other: str) -> None:
    one = overridden(given(HIGH), gate).includes(OverrideGranted, rule="15.booster", gate=gate)
    assert closed(one) == {other}
    boosting(one).refused(GatesAreClosed, rule="15.booster")
    boosting(overridden(one, other, 2)).includes(DoseCleared, part=DosePart.BOOSTER)


def test_where_both_are_closed_it_is_said_which() -> None:
    overridden(given(HIGH), None).refused(SayWhatIsPassedOver, field="gate")
    overridden(given(HIGH), "vitals").refused(SayWhatIsPassedOver, field="gate")
    overridden(given(FINE), None).includes(OverrideGranted, gate="window")


def test_it_has_seen_the_values_of_its_own_gate() -> None:
    seen = overridden(given(HIGH), "window")
    (event,) = seen.events
    assert isinstance(event, OverrideGranted)
    assert event.values_seen == ("From 14:25 to 14:50.",)


@pytest.mark.parametrize("gate", ["window", "vitals_since"])
def test_a_newer_set_out_of_limits_closes_again(gate: str) -> None:
    signed = overridden(given(FINE if gate == "window" else HIGH), gate)
    worse = measured(signed, 171)
    assert "vitals_since" in closed(worse)
    better = measured(signed, 128)
    assert "vitals_since" not in closed(better)


def test_a_gate_of_another_rule_that_is_not_closed_cannot_be_named() -> None:
    overridden(given(HIGH), "window", rule="10").refused(GateIsNotClosed, field="gate")


def test_an_override_of_before_this_was_asked_covers_what_its_rule_asks() -> None:
    (event,) = overridden(given(HIGH), "window").events
    before = given(HIGH, at(f"{DAY} 14:55", event.model_copy(update={"gate": None}), by=RIVERA))
    assert closed(before) == set()
