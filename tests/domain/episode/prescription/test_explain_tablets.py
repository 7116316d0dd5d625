"""Tablets: dispensed = taken + destroyed + on hand, for each strength (case Y1, rule 27)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.derived import derived_id
from domain.episode.check_in.report_medicine_inventory import report_medicine_inventory
from domain.episode.dosing.correct_dose import correct_dose
from domain.episode.due.flags import Severity, flags
from domain.episode.due.obligations import obligations
from domain.episode.gates import GateClass
from domain.episode.prescription.explain_tablets import (
    CountIsUnknown,
    Difference,
    TabletsBecause,
    TabletsExplained,
    TabletsWaitForAnAnswer,
    explain_tablets,
)
from domain.episode.prescription.prescription import PrescriptionStatus
from domain.episode.prescription.record_prescription import PrescriptionRecorded, record_prescription
from domain.episode.prescription.track_prescription import PrescriptionTracked
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST, OKAFOR, PROTOCOL, RIVERA, TEST_NETWORK, local
from tests.dosing_day import FIRST_DOSE, RELEASED, SECOND_SESSION, SESSION
from tests.gate_answers import dosed_on, gate
from tests.situations import PRESCRIPTION

DISPENSED = at(
    "2026-03-06 10:00",
    PrescriptionTracked(
        tracking_id=derived_id("news", 1),
        prescription_id=PRESCRIPTION,
        status=PrescriptionStatus.DISPENSED,
        on=date(2026, 3, 6),
        quantity=10,
    ),
    by=OKAFOR,
)
TWO_DOSED = (RELEASED, DISPENSED, dosed_on("2026-03-24", 2, SECOND_SESSION))
"""10 tablets of 100 mg dispensed, twice 200 mg taken: 4 tablets."""
LATER = "2026-03-30 09:00"


def counted(on_hand: Any, destroyed: Any = 1, when: str = "2026-03-29 20:00", **more: Any) -> Scenario:
    history = more.pop("history", TWO_DOSED)
    line = {"strength_mg": 100, "on_hand": on_hand, "destroyed": destroyed} | more
    return given(history).when(
        report_medicine_inventory, by=LINDQVIST, now=when, report_id=derived_id("count", when), tablets=[line]
    )


def explained(scenario: Scenario, when: str = "2026-03-29 20:00", because: str = "lost") -> Scenario:
    report_id = derived_id("count", when)
    return scenario.when(explain_tablets, by=RIVERA, now=LATER, report_id=report_id, because=because, note="asked")


def prescribing(scenario: Scenario) -> Scenario:
    return scenario.when(
        record_prescription, by=RIVERA, now=LATER, prescription_id=derived_id("prescription", 2), reference="RX-2",
        strength_mg=100, quantity=8, issued_on=date(2026, 3, 30),
    )  # fmt: skip


def test_y1_five_on_hand_add_up() -> None:
    even = counted(5)
    assert gate(even, "tablets", LATER, None).is_open
    prescribing(even).includes(PrescriptionRecorded)


@pytest.mark.parametrize(
    ("on_hand", "said"),
    [
        (3, "100 mg: 10 dispensed, 4 taken, 1 destroyed, 3 on hand: 2 fewer than that makes."),
        (7, "100 mg: 10 dispensed, 4 taken, 1 destroyed, 7 on hand: 2 more than that makes."),
        ("4.5", "100 mg: 10 dispensed, 4 taken, 1 destroyed, 4.5 on hand: 0.5 fewer than that makes."),
    ],
)
def test_y1_a_difference_either_way_is_a_question_to_ask(on_hand: Any, said: str) -> None:
    """10 is at least 8: the rule as it was first written would let two missing tablets pass."""
    found = counted(on_hand)
    note = gate(found, "tablets", LATER, None)
    assert note.facts == ("Counted 29 Mar 2026.", said)
    assert (note.gate_class, note.stands_in_the_way) == (GateClass.INFORMATIONAL, False)
    shown = flags(found.state, now=local(LATER), protocol=PROTOCOL, network=TEST_NETWORK)
    (flag,) = [one for one in shown if one.rule == "27"]
    assert (flag.name, flag.severity) == ("Tablets to ask about", Severity.INFORMATION)
    due = obligations(found.state, now=local(LATER), protocol=PROTOCOL, network=TEST_NETWORK)
    assert [o.decision for o in due if o.rule == "27"] == ["explain_tablets"]


def test_y1_the_next_prescription_waits_for_the_answer() -> None:
    found = counted(3)
    waiting = prescribing(found)
    assert waiting.refusal is not None
    assert "2 fewer" in waiting.refusal.message
    waiting.refused(TabletsWaitForAnAnswer, rule="27")
    prescribing(explained(found)).includes(PrescriptionRecorded)


def test_y1_an_answer_keeps_the_difference_and_later_counts_are_compared_with_it() -> None:
    asked = explained(counted(3))
    asked.then(
        TabletsExplained(
            report_id=derived_id("count", "2026-03-29 20:00"),
            counted_at=local("2026-03-29 20:00"),
            because=TabletsBecause.LOST,
            differences=(Difference(strength_mg=Decimal(100), tablets=Decimal(-2)),),
            note=asked.events[0].note,  # type: ignore[attr-defined]
        )
    )
    explained(asked).then()
    again = counted(3, when="2026-04-05 20:00", history=asked.as_history())
    assert gate(again, "tablets", "2026-04-06 09:00", None).is_open
    fewer = counted(2, when="2026-04-05 20:00", history=asked.as_history())
    assert "1 fewer" in gate(fewer, "tablets", "2026-04-06 09:00", None).facts[1]


def test_y1_a_dose_that_is_put_right_after_the_answer_leaves_nothing_to_ask() -> None:
    """One tablet fewer: the dose had been 300 mg and not 200 mg. Explained first, corrected afterwards."""
    asked = explained(counted(4), because="not_recorded")
    mended = asked.when(
        correct_dose, now=LATER, session_id=SESSION, dose_id=FIRST_DOSE, amount_mg=300, reason="typing error"
    )
    again = counted(4, when="2026-04-05 20:00", history=mended.as_history())
    assert gate(again, "tablets", "2026-04-06 09:00", None).is_open
    fewer = counted(2, when="2026-04-05 20:00", history=mended.as_history())
    assert not gate(fewer, "tablets", "2026-04-06 09:00", None).is_open


def test_y1_what_the_patient_took_and_what_is_recorded_are_compared_too() -> None:
    said = counted(4, taken=5)
    assert "1 fewer" in gate(said, "tablets", LATER, None).facts[1]
    odd = counted(5, taken=5)
    assert gate(odd, "tablets", LATER, None).facts[1].endswith("5 on hand; the patient counts 5 taken.")


def test_y1_unknown_is_not_equal() -> None:
    nobody = counted(5, history=(RELEASED, dosed_on("2026-03-24", 2, SECOND_SESSION)))
    fact = gate(nobody, "tablets", LATER, None).facts[1]
    assert fact == "100 mg: 5 on hand; nobody recorded how many were dispensed."


def test_y1_each_strength_is_reckoned_by_itself() -> None:
    two = given(TWO_DOSED).when(
        report_medicine_inventory, by=LINDQVIST, now="2026-03-29 20:00", report_id=derived_id("count"),
        tablets=[{"strength_mg": 100, "on_hand": 5, "destroyed": 1}, {"strength_mg": 50, "on_hand": 2}],
    )  # fmt: skip
    facts = gate(two, "tablets", LATER, None).facts
    assert facts[1:] == ("50 mg: 2 on hand; nobody recorded how many were dispensed.",)


def test_only_counts_there_are_can_be_explained() -> None:
    given(TWO_DOSED).when(explain_tablets, by=RIVERA, report_id=PRESCRIPTION, because="lost", note="x").refused(
        CountIsUnknown
    )
