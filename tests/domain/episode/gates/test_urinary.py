"""Urinary symptoms against the start (case U1, rule 26)."""

from datetime import date
from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.check_in.report_symptoms import SymptomsReported, report_symptoms
from domain.episode.check_in.review_symptoms import review_symptoms
from domain.episode.dosing.record_next_day_check_in import record_next_day_check_in
from domain.episode.due.obligations import obligations
from domain.episode.follow_up.complete_follow_up import complete_follow_up
from domain.episode.gates import Checkpoint, GateClass
from domain.episode.intake.complete_intake import IntakeCompleted
from domain.episode.intake.intake import UrinaryBaseline
from domain.episode.intake.update_intake import IntakeUpdated, update_intake
from domain.episode.safety.grant_override import OverrideGranted, grant_override
from domain.event import Event
from domain.protocol.numbers import Count, Mark
from domain.protocol.protocol import Protocol
from domain.protocol.shipped import load_shipped
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST, PROTOCOL, RIVERA, TEST_NETWORK, local
from tests.dosing_day import BOOKED, RELEASED, SESSION
from tests.gate_answers import gate
from tests.situations import ADA_INTAKE, ASSIGNED, ELIGIBLE

NOON = "2026-03-17 13:20"
START = {"frequency_per_day": 6, "nocturia_per_night": 1, "urgency": False, "dysuria": False, "visible_blood": False}


def answered(when: str = "2026-03-13 10:00", history: Any = BOOKED, **changed: Any) -> Scenario:
    """A report of that day: as at the start, with some answers changed."""
    urinary = UrinaryBaseline.model_validate(START | changed)
    told = history if isinstance(history, Scenario) else given(history)
    return told.when(report_symptoms, by=LINDQVIST, now=when, report_id=derived_id("report", when), urinary=urinary)


def looked_at(scenario: Scenario, when: str) -> Scenario:
    return scenario.when(
        review_symptoms, by=RIVERA, now="2026-03-14 09:00", report_id=derived_id("report", when), note="no infection"
    )


def owed(scenario: Scenario, now: str, protocol: Protocol = PROTOCOL) -> list[tuple[str, date | None]]:
    due = obligations(scenario.state, now=local(now), protocol=protocol, network=TEST_NETWORK)
    return [(o.what, o.due_on) for o in due if o.key.startswith(("urinary:", "symptoms:"))]


def test_u1_blood_alone_waits_for_a_prescriber_and_leaves_the_rest_unasked() -> None:
    """Whoever tells of blood need not be asked about the nights first; what was not asked is not no."""
    urinary = UrinaryBaseline(visible_blood=True)
    report = {"report_id": derived_id("report", "blood"), "urinary": urinary.model_dump(exclude_none=True)}
    told = given(BOOKED).when(report_symptoms, now="2026-03-16 10:00", **report)
    told.includes(SymptomsReported, urinary=urinary)
    asked = gate(told, "urinary", NOON)
    assert not asked.is_open
    assert asked.facts == ("16 Mar 2026: visible blood.",)


def test_u1_a_part_of_the_answers_opens_and_says_that_it_is_a_part() -> None:
    report = {"report_id": derived_id("report", "part"), "urinary": {"visible_blood": False}}
    told = given(BOOKED).when(report_symptoms, now="2026-03-16 10:00", **report)
    assert gate(told, "urinary", NOON).facts == ("Nothing new or worse in what was asked; not all was.",)


def test_an_answer_at_the_intake_that_was_left_out_later_stays_known() -> None:
    updated = given(BOOKED).when(update_intake, by=RIVERA, now="2026-03-16 09:00", urinary={"urgency": True})
    intake = updated.state.intake
    assert intake is not None
    assert intake.urinary is not None
    assert (intake.urinary.urgency, intake.urinary.nocturia_per_night) == (True, 1)


def test_u1_steady_symptoms_are_open_and_a_note() -> None:
    steady = answered()
    assert gate(steady, "urinary", NOON).is_open
    note = gate(steady, "urinary_steady", NOON)
    assert (note.gate_class, note.stands_in_the_way) == (GateClass.INFORMATIONAL, False)
    assert note.facts == ("As before on 13 Mar 2026: 1 times a night.",)
    assert owed(steady, "2026-03-13 12:00") == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"nocturia_per_night": 3}, "3 times a night, was 1"),
        ({"frequency_per_day": 9}, "9 times a day, was 6"),
        ({"urgency": True}, "urgency"),
        ({"dysuria": True}, "pain"),
    ],
)
def test_u1_new_or_worse_waits_for_a_prescriber_before_the_next_dose(changed: dict[str, Any], said: str) -> None:
    worse = answered(**changed)
    closed = gate(worse, "urinary", NOON)
    assert (closed.rule, closed.gate_class, closed.is_open) == ("26", GateClass.OVERRIDE, False)
    assert closed.facts == (f"13 Mar 2026: {said}.",)
    assert owed(worse, "2026-03-13 12:00") == [("Urinary symptoms to look at", date(2026, 3, 16))]
    assert gate(looked_at(worse, "2026-03-13 10:00"), "urinary", NOON).is_open


def test_u1_less_than_the_rise_is_not_worse() -> None:
    assert gate(answered(frequency_per_day=8), "urinary", NOON).is_open


def test_u1_visible_blood_is_looked_at_the_same_day_and_each_time() -> None:
    bleeds = answered(visible_blood=True)
    assert not gate(bleeds, "urinary", NOON).is_open
    assert owed(bleeds, "2026-03-13 12:00") == [("Call about reported symptoms", date(2026, 3, 13))]
    seen = looked_at(bleeds, "2026-03-13 10:00")
    assert gate(seen, "urinary", NOON).is_open
    again = answered("2026-03-15 10:00", seen, visible_blood=True)
    assert not gate(again, "urinary", NOON).is_open


def test_u1_a_therapists_look_is_not_the_prescribers() -> None:
    worse = answered(nocturia_per_night=3)
    seen = worse.when(
        review_symptoms, by=LINDQVIST, report_id=derived_id("report", "2026-03-13 10:00"), note="told the prescriber"
    )
    assert not gate(seen, "urinary", NOON).is_open


def test_u1_what_was_judged_once_does_not_close_for_life() -> None:
    """Any positive answer would; the same again after a prescriber's look is steady, and worse than that is worse."""
    seen = looked_at(answered(nocturia_per_night=3), "2026-03-13 10:00")
    assert gate(answered("2026-03-15 10:00", seen, nocturia_per_night=3), "urinary", NOON).is_open
    assert not gate(answered("2026-03-15 10:00", seen, nocturia_per_night=4), "urinary", NOON).is_open


def test_u1_an_improvement_later_does_not_settle_the_report_before_it() -> None:
    worse = answered(nocturia_per_night=3)
    better = answered("2026-03-15 10:00", worse)
    assert not gate(better, "urinary", NOON).is_open


def test_u1_where_nobody_asked_at_the_intake_every_symptom_is_new() -> None:
    unasked = (ASSIGNED, at("2026-03-02 09:58", ADA_INTAKE.model_copy(update={"urinary": None}), by=RIVERA))
    found = gate(answered("2026-03-03 10:00", unasked, nocturia_per_night=1), "urinary", NOON, None)
    assert found.facts == ("3 Mar 2026: 1 times a night, was 0.",)
    fine = answered("2026-03-03 10:00", unasked, nocturia_per_night=0, frequency_per_day=20)
    assert gate(fine, "urinary", NOON, None).is_open


def test_a_prescriber_may_override_it_for_one_session() -> None:
    worse = answered("2026-03-17 10:00", BOOKED, nocturia_per_night=3)
    overridden = worse.when(
        grant_override, by=RIVERA, now="2026-03-17 12:00", session_id=SESSION, rule="26", reason="known stones",
        override_id=derived_id("override"),
    )  # fmt: skip
    overridden.includes(OverrideGranted, rule="26")
    assert gate(overridden, "urinary", NOON).is_open


def test_it_is_asked_at_consults_and_check_ins() -> None:
    asked = UrinaryBaseline.model_validate(START | {"urgency": True})
    reached = given(RELEASED).when(
        record_next_day_check_in, by=LINDQVIST, now="2026-03-18 10:00", session_id=SESSION, well=True, urinary=asked
    )
    reached.includes(SymptomsReported, urinary=asked)
    assert not gate(reached, "urinary", "2026-03-24 13:20", None).is_open
    visit = given(RELEASED).when(
        complete_follow_up, by=RIVERA, now="2026-04-01 10:00", completed_at=local("2026-04-01 09:30"), minutes=30,
        decision="continue", sessions_released=4, urinary=asked,
    )  # fmt: skip
    visit.includes(SymptomsReported, urinary=asked)


def test_by_when_a_prescriber_looks_is_a_number_of_the_protocol() -> None:
    """Reported on Friday 13 March: two working days later is Tuesday."""
    days = Count(value=2, unit="days", source="", mark=Mark.INFERENCE)
    numbers = PROTOCOL.numbers.model_copy(update={"urinary_review_working_days": days})
    slower = PROTOCOL.model_copy(update={"numbers": numbers})
    assert owed(answered(urgency=True), "2026-03-13 12:00") == [("Urinary symptoms to look at", date(2026, 3, 16))]
    assert owed(answered(urgency=True), "2026-03-13 12:00", slower) == [
        ("Urinary symptoms to look at", date(2026, 3, 17))
    ]


def test_a_document_without_its_numbers_leaves_the_rule_out() -> None:
    earlier = load_shipped("kap-core", "1")
    worse = answered(nocturia_per_night=9)
    asked = worse.gates(Checkpoint.OPEN, now=NOON, session_id=SESSION, protocol=earlier)
    assert [g for g in asked if g.rule.startswith("26")] == []
    assert given(ELIGIBLE).state.intake.urinary is not None


@pytest.mark.parametrize("kind", [SymptomsReported, IntakeCompleted, IntakeUpdated])
def test_answers_stored_as_a_whole_are_read_as_they_are(kind: type[Event]) -> None:
    payload = {"urinary": START}
    assert kind.upcast(payload, 1) == payload
