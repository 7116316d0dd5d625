"""Nothing but a prescriber who knows of them lets dosing go on with suicidal thoughts: rule 21, P3, P4, P5, P7."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.alert.acknowledge_alert import acknowledge_alert
from domain.episode.alert.alert import AlertKind
from domain.episode.alert.alerts import alerts
from domain.episode.course.discharge_patient import discharge_patient
from domain.episode.due.obligations import obligations
from domain.episode.outcome.import_outcome import import_outcome
from domain.episode.outcome.record_outcome import record_outcome
from domain.episode.safety.grant_override import grant_override
from domain.episode.safety.high_risk import high_risk, way_back
from domain.episode.safety.holds import open_holds
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.review_safety import SafetyReviewed, review_safety
from tests.domain.given import Scenario, given
from tests.domain.people import LINDQVIST, OKAFOR, PROTOCOL, RIVERA, TEST_NETWORK, clinicians, local
from tests.dosing_day import BOOKED, DAY, OPENED, RELEASED, SESSION
from tests.gate_answers import closed, phq9

STANDING = {"instrument": "phq-9", "up_to_score": 1, "until_on": "2026-04-30"}
GO_ON: dict[str, Any] = {"done": "chronic, unchanged", "dosing_may_go_on": True}
STOP: dict[str, Any] = {"done": "worse than it looks", "dosing_may_go_on": False}


def answered(scenario: Scenario, instrument: str, when: str, answers: Sequence[int | None]) -> Scenario:
    fields = {"instrument": instrument, "taken_at": local(when), "answers": answers}
    return scenario.when(record_outcome, now=when, outcome_id=derived_id("outcome", instrument, when), **fields)


def phq9_with(scenario: Scenario, when: str, item_9: int) -> Scenario:
    return answered(scenario, "phq-9", when, [1] * 8 + [item_9])


def test_p3_a_review_that_says_no_holds_dosing_under_a_standing_one() -> None:
    standing = given(BOOKED).when(
        review_safety, now="2026-03-11 10:00", review_id=derived_id("review", 1), standing=STANDING, **GO_ON
    )
    answered_1 = phq9_with(standing, "2026-03-16 09:00", 1).excludes(HoldPlaced)
    assert "safety_review" not in closed(answered_1, f"{DAY} 13:00")
    stopped = answered_1.when(review_safety, now="2026-03-16 10:00", review_id=derived_id("review", 2), **STOP)
    stopped.includes(SafetyReviewed).includes(HoldPlaced)
    assert "safety_review" in closed(stopped, f"{DAY} 13:00")
    stopped.when(review_safety, now="2026-03-16 11:00", review_id=derived_id("review", 3), **STOP).excludes(HoldPlaced)
    hold_id = open_holds(stopped.state)[0].hold_id
    again = stopped.when(
        review_safety, now="2026-03-16 12:00", review_id=derived_id("review", 4), hold_id=hold_id, **GO_ON
    )
    assert "safety_review" not in closed(again, f"{DAY} 13:00")


def test_p4_a_screening_left_open_is_finished_by_a_screening_alone() -> None:
    """Thoughts of suicide yes, intent not asked: a clean item 9 an hour later does not answer that."""
    half = answered(given(BOOKED), "c-ssrs", "2026-03-16 09:00", [1, 1, 0, None, 0, 0])
    assert "safety_review" in closed(half, f"{DAY} 13:00")
    other = phq9_with(half, "2026-03-16 10:00", 0)
    assert "safety_review" in closed(other, f"{DAY} 13:00")
    whole = answered(other, "c-ssrs", "2026-03-16 11:00", [1, 1, 0, 0, 0, 0])
    assert "safety_review" not in closed(whole, f"{DAY} 13:00")


def test_p2_an_item_left_blank_is_answered_by_any_questionnaire_that_asks() -> None:
    blank = answered(given(BOOKED), "phq-9", "2026-03-16 09:00", [1, 1, 1, 1, 1, 1, 1, 1, None])
    assert "safety_review" in closed(blank, f"{DAY} 13:00")
    asked = answered(blank, "c-ssrs", "2026-03-16 10:00", [0, 0, None, None, None, 0])
    assert "safety_review" not in closed(asked, f"{DAY} 13:00")


def test_rule_21_an_override_covers_what_was_known_when_it_was_signed() -> None:
    signed = phq9_with(given(OPENED), f"{DAY} 13:21", 1).when(
        grant_override, now=f"{DAY} 13:24", override_id=derived_id("override", 1), **OVERRIDE
    )
    assert "safety_review" not in closed(signed, f"{DAY} 13:25")
    worse = phq9_with(signed, f"{DAY} 13:26", 3)
    assert "safety_review" in closed(worse, f"{DAY} 13:30")
    anew = worse.when(grant_override, now=f"{DAY} 13:32", override_id=derived_id("override", 2), **OVERRIDE)
    assert "safety_review" not in closed(anew, f"{DAY} 13:33")


OVERRIDE = {"rule": "21", "session_id": SESSION, "reason": "asked, safe tonight"}


def test_p5_a_screening_from_an_old_file_is_not_the_newer_one_of_the_way_back() -> None:
    high = answered(given(BOOKED), "c-ssrs", "2026-03-12 09:00", [1, 1, 1, 1, 0, 0])
    imported = high.when(
        import_outcome,
        by=OKAFOR,
        now="2026-03-13 09:00",
        outcome_id=derived_id("outcome", "imported"),
        instrument="c-ssrs",
        taken_at=local("2026-03-12 12:00"),
        answers=[0, 0, None, None, None, 0],
        imported={"source": "old.csv", "file_sha256": "0" * 64, "row": 2},
    )
    found = high_risk(imported.state)
    assert found is not None
    assert not next(c for c in way_back(imported.state, found) if "newer C-SSRS" in c.missing).is_met


def alert_kinds(scenario: Scenario, when: str) -> list[AlertKind]:
    found = alerts(scenario.state, now=local(when), protocol=PROTOCOL, network=TEST_NETWORK, clinicians=clinicians())
    return [alert.kind for alert in found if alert.rungs]


def due(scenario: Scenario, when: str) -> list[str]:
    owed = obligations(scenario.state, now=local(when), protocol=PROTOCOL, network=TEST_NETWORK)
    return [one.key for one in owed if one.with_id is not None and one.is_safety]


def test_p7_suicidal_thoughts_told_after_discharge_are_somebodys() -> None:
    gone = given(RELEASED).when(discharge_patient, now="2026-03-27 09:00", reason="completed")
    assert alert_kinds(gone, "2026-03-28 08:00") == []
    told = phq9_with(gone, "2026-03-28 09:00", 3)
    assert alert_kinds(told, "2026-03-28 09:05") == [AlertKind.SAFETY_ITEM]
    assert due(told, "2026-03-28 09:05") == ["safety_review"]
    hold_id = open_holds(told.state)[0].hold_id
    seen = told.when(review_safety, now="2026-03-28 10:00", review_id=derived_id("review", 1), hold_id=hold_id, **GO_ON)
    assert alert_kinds(seen, "2026-03-28 10:05") == []
    assert due(seen, "2026-03-28 10:05") == []


def test_p7_what_nobody_had_taken_on_does_not_end_with_the_course() -> None:
    flagged = phq9_with(given(RELEASED), "2026-03-26 21:40", 2)
    gone = flagged.when(discharge_patient, now="2026-03-26 21:45", reason="completed")
    assert alert_kinds(gone, "2026-03-27 09:00") == [AlertKind.SAFETY_ITEM]
    found = alerts(flagged.state, now=local("2026-03-26 21:42"), protocol=PROTOCOL, network=TEST_NETWORK)
    taken_on = flagged.when(acknowledge_alert, by=RIVERA, now="2026-03-26 21:42", alert_id=found[0].alert_id)
    known = taken_on.when(discharge_patient, now="2026-03-26 21:45", reason="completed")
    assert alert_kinds(known, "2026-03-27 09:00") == []
    assert due(known, "2026-03-27 09:00") == []


def test_a2_after_a_death_nobody_is_called_for_suicidal_thoughts() -> None:
    told = given(RELEASED, phq9("2026-03-26 09:00", 0))
    dead = phq9_with(told, "2026-03-26 10:00", 2).when(
        report_adverse_event,
        by=LINDQVIST,
        now="2026-03-27 09:00",
        adverse_event_id=derived_id("adverse event", "death"),
        term="other",
        grade=5,
        serious=True,
    )
    assert AlertKind.SAFETY_ITEM not in alert_kinds(dead, "2026-03-27 09:05")


@pytest.mark.parametrize("term", ["suicidal_thoughts", "suicide_attempt"])
def test_rule_21_suicidal_thoughts_reported_as_a_mild_event_hold_dosing_too(term: str) -> None:
    told = given(BOOKED).when(
        report_adverse_event,
        now="2026-03-16 09:00",
        adverse_event_id=derived_id("adverse event", term),
        term=term,
        grade=1,
        serious=False,
    )
    assert "safety_review" in closed(told, f"{DAY} 13:00")
    assert alert_kinds(told, "2026-03-16 09:05") == [AlertKind.SAFETY_ITEM]
    assert {"safety_review", "risk_screen:c-ssrs"} <= set(due(told, "2026-03-16 09:05"))
    hold_id = open_holds(told.state)[0].hold_id
    seen = told.when(review_safety, now="2026-03-16 10:00", review_id=derived_id("review", 1), hold_id=hold_id, **GO_ON)
    assert "safety_review" not in closed(seen, f"{DAY} 13:00")
