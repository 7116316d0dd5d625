"""Recording a prescription reference."""

from datetime import date
from decimal import Decimal
from typing import Any

from domain.actor import Role
from domain.episode.prescription.record_prescription import (
    Drug,
    NoPlanIsIssued,
    PrescriptionDatesAreWrong,
    PrescriptionLastsTooLong,
    PrescriptionRecorded,
    TooManyRefills,
    record_prescription,
)
from tests.domain.given import Scenario, given
from tests.domain.people import RIVERA, sealed
from tests.situations import CONSENTED, PLANNED, PRESCRIBED, PRESCRIPTION

ORDER: dict[str, Any] = {
    "prescription_id": PRESCRIPTION,
    "reference": "RX-8841",
    "strength_mg": 100,
    "quantity": 8,
    "issued_on": date(2026, 3, 4),
}


def recording(now: str = "2026-03-04 09:10", **changed: Any) -> Scenario:
    return given(PLANNED).when(record_prescription, by=RIVERA, now=now, **(ORDER | changed))


def test_a_prescriber_records_the_reference() -> None:
    recording().then(
        PrescriptionRecorded(
            prescription_id=PRESCRIPTION,
            reference=sealed("RX-8841"),
            drug=Drug.KETAMINE,
            strength_mg=Decimal(100),
            quantity=8,
            issued_on=date(2026, 3, 4),
            expires_on=date(2026, 9, 4),
            refills=0,
        )
    )
    assert record_prescription.decision.by == {Role.PRESCRIBER}  # type: ignore[attr-defined]


def test_the_same_prescription_again_records_nothing_new() -> None:
    given(PRESCRIBED).when(record_prescription, **ORDER).then()


def test_x3_six_calendar_months() -> None:
    issued: dict[str, Any] = {"now": "2026-08-31 10:00", "issued_on": date(2026, 8, 31)}
    recording(**issued).includes(PrescriptionRecorded, expires_on=date(2027, 2, 28))
    recording(**issued, expires_on=date(2027, 2, 28)).includes(PrescriptionRecorded)
    recording(**issued, expires_on=date(2027, 3, 1)).refused(PrescriptionLastsTooLong, rule="19", field="expires_on")


def test_at_most_five_refills() -> None:
    recording(refills=5).includes(PrescriptionRecorded, refills=5)
    recording(refills=6).refused(TooManyRefills, rule="19", field="refills")


def test_dates_that_cannot_be_are_refused() -> None:
    recording(issued_on=date(2026, 3, 5)).refused(PrescriptionDatesAreWrong, field="issued_on")
    recording(expires_on=date(2026, 3, 4)).includes(PrescriptionRecorded, expires_on=date(2026, 3, 4))
    recording(expires_on=date(2026, 3, 3)).refused(PrescriptionDatesAreWrong, field="expires_on")


def test_a_prescription_follows_a_plan() -> None:
    given(CONSENTED).when(record_prescription, **ORDER).refused(NoPlanIsIssued)
