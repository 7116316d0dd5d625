"""A dose entered late before a later one of the same course is shown beside the later one, whose go knew nothing of it.

The days between doses (rule 11) and the sessions that the plan authorises (rule 3) are judged anew; nobody who dosed
then is blamed.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.derived import derived_id
from domain.episode.dosing.correct_dose import correct_dose
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.safety.note_deviation import DeviationNoted
from domain.sealed import Sealed
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST
from tests.dosing_day import SECOND_SESSION, SESSION, booked, cleared, dose, on, plan_amended, second_session

BETWEEN_SESSION, BETWEEN = derived_id("dosing", "between"), derived_id("dose", "between")
LATER_DAY, LATER = "2026-03-24", derived_id("dose", "later")


def dosed_twice(sessions_authorised: int = 6) -> tuple[Any, ...]:
    """Dosed on 17 and on 24 March."""
    return (
        second_session(LATER_DAY),
        at(f"{LATER_DAY} 13:50", plan_amended(2, sessions_authorised=sessions_authorised)),
        at(f"{LATER_DAY} 13:55", cleared("14:10", session_id=SECOND_SESSION, day=LATER_DAY)),
        at(f"{LATER_DAY} 14:05", dose("14:05", dose_id=LATER, session_id=SECOND_SESSION, day=LATER_DAY)),
    )


TWICE = dosed_twice()


def entered(history: Any, day: str, *, now: str = "2026-03-25 09:00", clock: str = "14:05") -> Scenario:
    """A dose of a session in between, written down on the 25th."""
    known = given(history, at("2026-03-18 09:00", booked(BETWEEN_SESSION, f"{day} 14:00", 3)))
    order = {"session_id": BETWEEN_SESSION, "dose_id": BETWEEN, "amount_mg": 200, "taken_at": on(clock, day)}
    return known.when(record_dose, by=LINDQVIST, now=now, tablets_not_counted=True, **order)


def corrected(scenario: Scenario, day: str) -> Scenario:
    order = {"session_id": BETWEEN_SESSION, "dose_id": BETWEEN, "amount_mg": 200, "taken_at": on("14:05", day)}
    return scenario.when(correct_dose, by=LINDQVIST, now="2026-03-26 09:00", reason=Sealed.of("A slip"), **order)


def noted(scenario: Scenario, about: UUID = LATER) -> dict[str, DeviationNoted]:
    return {one.code: one for one in scenario.events if isinstance(one, DeviationNoted) and one.about == about}


def test_a_dose_entered_between_two_is_shown_beside_the_later_one() -> None:
    late = entered(TWICE, "2026-03-21").includes(DoseTaken, dose_id=BETWEEN)
    found = noted(late)
    assert list(found) == ["ketamine_known_late"]
    told = found["ketamine_known_late"]
    assert (told.rule, told.at, told.values) == ("11", on("09:00", "2026-03-25"), {"days_between": Decimal(3)})
    assert "interval" in noted(late, BETWEEN), "the one in between is judged itself"


def test_one_of_the_same_day_in_another_session_is_shown() -> None:
    assert "ketamine_known_late" in noted(entered(TWICE, LATER_DAY, clock="11:00"))


def test_one_that_was_entered_after_the_later_one_or_was_long_before_it_says_nothing() -> None:
    assert not noted(entered(TWICE, "2026-03-26", now="2026-03-27 09:00"))
    assert not noted(entered(TWICE, "2026-03-17", clock="11:00"))


def test_an_older_day_than_is_known_already_is_no_news() -> None:
    once = entered(TWICE, "2026-03-21")
    again = {"session_id": BETWEEN_SESSION, "dose_id": derived_id("dose", "older"), "amount_mg": 200}
    older = once.when(
        record_dose, by=LINDQVIST, now="2026-03-26 09:00", taken_at=on("14:05", "2026-03-20"),
        tablets_not_counted=True, is_another=True, **again,
    )  # fmt: skip
    assert not noted(older)


def test_a_second_part_of_the_later_session_is_none_before_it() -> None:
    part = {"session_id": SECOND_SESSION, "dose_id": BETWEEN, "amount_mg": 50, "part": "first", "is_another": True}
    more = given(TWICE).when(
        record_dose, by=LINDQVIST, now="2026-03-25 09:00", taken_at=on("14:00", LATER_DAY),
        tablets_not_counted=True, **part,
    )  # fmt: skip
    assert "ketamine_known_late" not in noted(more)


def test_a_time_that_is_corrected_into_the_days_before_a_later_dose_is_shown_beside_it() -> None:
    early = entered(TWICE, "2026-03-17", clock="15:30")
    assert not noted(early)
    moved = corrected(early, "2026-03-21")
    assert list(noted(moved)) == ["ketamine_known_late"]
    assert noted(moved)["ketamine_known_late"].at == on("09:00", "2026-03-26")
    assert not noted(corrected(moved, "2026-03-20")), "nearer than that was known"


def test_a_session_over_those_the_plan_authorises_is_shown_beside_the_dose_that_it_is_by_now() -> None:
    over = noted(entered(dosed_twice(sessions_authorised=2), "2026-03-21"))
    assert over["sessions_known_late"].rule == "3"
    assert over["sessions_known_late"].values == {"sessions_used": Decimal(3), "sessions_authorised": Decimal(2)}
    assert "sessions_known_late" not in noted(entered(dosed_twice(sessions_authorised=3), "2026-03-21"))


def test_a_dose_entered_late_into_a_session_that_counts_already_uses_no_more_sessions() -> None:
    more = given(dosed_twice(sessions_authorised=2)).when(
        record_dose, by=LINDQVIST, now="2026-03-25 09:00", session_id=SESSION, dose_id=BETWEEN, amount_mg=50,
        taken_at=on("15:00"), is_another=True, tablets_not_counted=True,
    )  # fmt: skip
    assert not noted(more)


def test_one_of_another_day_in_the_same_session_is_shown_beside_the_dose_of_its_day() -> None:
    slip = {"session_id": SECOND_SESSION, "dose_id": BETWEEN, "amount_mg": 200, "is_another": True}
    more = given(TWICE).when(
        record_dose, by=LINDQVIST, now="2026-03-25 09:00", taken_at=on("14:05", "2026-03-21"),
        tablets_not_counted=True, **slip,
    )  # fmt: skip
    assert list(noted(more)) == ["ketamine_known_late"]
