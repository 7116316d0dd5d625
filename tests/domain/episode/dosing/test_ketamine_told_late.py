"""Ketamine elsewhere that is told after a dose is no rule that was broken at the dose: it is told, with when (I2)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.intake.report_ketamine_elsewhere import KetamineElsewhereReported, report_ketamine_elsewhere
from domain.episode.intake.update_intake import update_intake
from domain.episode.safety.note_deviation import DeviationNoted
from tests.domain.given import Scenario, given
from tests.domain.people import RIVERA
from tests.dosing_day import CLEARED, DAY, DOSED, FIRST_DOSE, SESSION, on

SAME_DAY, DAYS_BEFORE, LONG_BEFORE = date(2026, 3, 17), date(2026, 3, 15), date(2026, 3, 10)
WAYS: dict[str, Any] = {"a report": report_ketamine_elsewhere, "an intake": update_intake}


def told(history: Any, day: date, way: str = "a report", clock: str = "17:00") -> Scenario:
    name = "on" if way == "a report" else "ketamine_elsewhere_on"
    return given(history).when(WAYS[way], by=RIVERA, now=f"{DAY} {clock}", **{name: day})


def entered(scenario: Scenario) -> Scenario:
    """Taken at 14:05, and written down in the evening."""
    order = {"session_id": SESSION, "dose_id": FIRST_DOSE, "amount_mg": 200, "taken_at": on("14:05")}
    return scenario.when(record_dose, now=f"{DAY} 18:00", tablets_not_counted=True, **order)


def codes(scenario: Scenario) -> list[str]:
    return [one.code for one in scenario.events if isinstance(one, DeviationNoted)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("day", [SAME_DAY, DAYS_BEFORE])
def test_a_dose_entered_after_it_was_told_is_judged_by_what_was_known(day: date, way: str) -> None:
    late = entered(told(CLEARED, day, way)).includes(DoseTaken, cleared=True)
    assert codes(late) == ["ketamine_known_late"]
    days = Decimal((SAME_DAY - day).days)
    late.includes(DeviationNoted, rule="11", at=on("17:00"), values={"days_between": days})


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("day", [SAME_DAY, DAYS_BEFORE])
def test_a_dose_of_before_it_was_told_is_shown_beside_it(day: date, way: str) -> None:
    late = told(DOSED, day, way)
    assert codes(late) == ["ketamine_known_late"]
    late.includes(DeviationNoted, rule="11", about=FIRST_DOSE, at=on("17:00"))


def test_what_was_known_before_the_dose_is_a_deviation_of_it() -> None:
    late = entered(told(CLEARED, DAYS_BEFORE, clock="13:58")).includes(DoseTaken, cleared=False)
    assert "interval" in codes(late)
    assert "ketamine_known_late" not in codes(late)


def test_an_older_day_known_then_still_counts_once_a_newer_one_was_told() -> None:
    known = told(CLEARED, DAYS_BEFORE, clock="13:58")
    both = known.when(report_ketamine_elsewhere, now=f"{DAY} 17:00", on=SAME_DAY)
    assert {"interval", "ketamine_known_late"} <= set(codes(entered(both)))


def test_a_day_long_enough_before_the_dose_is_only_recorded() -> None:
    told(DOSED, LONG_BEFORE).then(KetamineElsewhereReported(on=LONG_BEFORE))
    entered(told(CLEARED, LONG_BEFORE)).excludes(DeviationNoted)


def test_each_day_is_told_once() -> None:
    first = told(DOSED, DAYS_BEFORE)
    second = first.when(report_ketamine_elsewhere, now=f"{DAY} 17:30", on=SAME_DAY)
    assert codes(second) == ["ketamine_known_late"]
    again = second.when(update_intake, by=RIVERA, now=f"{DAY} 17:40", ketamine_elsewhere_on=SAME_DAY)
    assert codes(again) == []
