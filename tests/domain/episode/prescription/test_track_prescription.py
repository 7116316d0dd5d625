"""News of a prescription: recorded whatever the law says, with a deviation where it was broken."""

from datetime import date
from typing import Any

import pytest

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.due.obligations import obligations
from domain.episode.prescription.prescription import PrescriptionStatus
from domain.episode.prescription.track_prescription import (
    NewsOfAnotherTime,
    PrescriptionIsUnknown,
    PrescriptionTracked,
    track_prescription,
)
from domain.episode.safety.note_deviation import DeviationNoted
from tests.domain.given import Scenario, at, given
from tests.domain.people import OKAFOR, PROTOCOL, RIVERA, TEST_NETWORK, local
from tests.gate_answers import gate
from tests.situations import PLANNED, PRESCRIBED, PRESCRIPTION


def news(status: str, on: str, tracking: int = 1, history: Any = PRESCRIBED, **more: Any) -> Scenario:
    order = {"prescription_id": PRESCRIPTION, "status": status, "on": date.fromisoformat(on)} | more
    return given(history).when(
        track_prescription, by=OKAFOR, now=f"{on} 12:00", tracking_id=derived_id("news", tracking), **order
    )


def test_what_was_dispensed_is_what_was_prescribed_unless_said_otherwise() -> None:
    news("dispensed", "2026-03-05", lot_number="A17-3").includes(PrescriptionTracked, quantity=8, lot_number="A17-3")
    news("dispensed", "2026-03-05", quantity=4).includes(PrescriptionTracked, quantity=4)
    news("sent", "2026-03-04").includes(PrescriptionTracked, quantity=None)
    assert track_prescription.decision.by == {Role.PRESCRIBER, Role.COORDINATOR}  # type: ignore[attr-defined]


def test_the_same_news_is_recorded_once_whoever_tells_it() -> None:
    told = news("dispensed", "2026-03-05")
    order = {"prescription_id": PRESCRIPTION, "status": "dispensed", "on": date(2026, 3, 5)}
    told.when(track_prescription, by=OKAFOR, tracking_id=derived_id("news", 1), **order).then()
    told.when(track_prescription, by=RIVERA, tracking_id=derived_id("news", 2), **order).then()
    assert told.state.prescriptions[PRESCRIPTION].dispensed == 8


def test_news_that_cannot_be_is_refused() -> None:
    news("sent", "2026-03-03").refused(NewsOfAnotherTime, field="on")
    given(PRESCRIBED).when(
        track_prescription, by=OKAFOR, now="2026-03-05 09:00", prescription_id=PRESCRIPTION, status="shipped",
        on=date(2026, 3, 6), tracking_id=PRESCRIPTION,
    ).refused(NewsOfAnotherTime, field="on")  # fmt: skip
    news("sent", "2026-03-05", history=PLANNED).refused(PrescriptionIsUnknown)


@pytest.mark.parametrize(
    ("history", "on", "code"),
    [
        (PRESCRIBED, "2026-09-05", "dispensed_after_expiry"),
        ((PRESCRIBED, news("dispensed", "2026-03-05").as_history()[-1]), "2026-03-20", "dispensed_too_often"),
        ((PRESCRIBED, news("cancelled", "2026-03-05").as_history()[-1]), "2026-03-06", "dispensed_after_cancelling"),
    ],
)
def test_what_the_law_does_not_allow_is_recorded_as_a_deviation(history: Any, on: str, code: str) -> None:
    told = news("dispensed", on, 2, history)
    told.includes(PrescriptionTracked).includes(DeviationNoted, rule="19", code=code)


def test_a_fill_within_the_refills_is_none() -> None:
    news("dispensed", "2026-09-04").excludes(DeviationNoted)


def test_rule_19_closes_without_a_prescription_that_holds() -> None:
    assert gate(given(PRESCRIBED), "prescription", "2026-09-04 23:00", None).is_open
    over = gate(given(PRESCRIBED), "prescription", "2026-09-05 00:00", None)
    assert (over.rule, over.facts) == ("19", ("The last one ran out on 4 Sep 2026.",))
    assert gate(given(PLANNED), "prescription", "2026-03-10 09:00", None).opens.decision == "record_prescription"
    cancelled = news("cancelled", "2026-03-05")
    assert gate(cancelled, "prescription", "2026-03-10 09:00", None).facts == ("It was cancelled.",)


def test_a_parcel_that_has_not_arrived_is_asked_about() -> None:
    def owed(scenario: Scenario, day: str) -> list[tuple[str, bool]]:
        now = local(f"{day} 09:00")
        due = obligations(scenario.state, now=now, protocol=PROTOCOL, network=TEST_NETWORK)
        return [(o.why, o.is_overdue(now, "America/New_York")) for o in due if o.key == f"shipment:{PRESCRIPTION}"]

    shipped = news("shipped", "2026-03-06")
    said = "Shipped 6 Mar 2026; nobody has said that it arrived."
    assert owed(shipped, "2026-03-13") == [(said, False)]
    assert owed(shipped, "2026-03-14") == [(said, True)]
    arrived = given(PRESCRIBED, at("2026-03-06 12:00", _told(shipped)), at("2026-03-09 09:00", _delivered()))
    assert owed(arrived, "2026-03-14") == []


def _told(scenario: Scenario) -> PrescriptionTracked:
    event = scenario.entry(PrescriptionTracked).event
    assert isinstance(event, PrescriptionTracked)
    return event


def _delivered() -> PrescriptionTracked:
    return PrescriptionTracked(
        tracking_id=derived_id("news", 3),
        prescription_id=PRESCRIPTION,
        status=PrescriptionStatus.DELIVERED,
        on=date(2026, 3, 9),
    )


def test_news_told_in_error_counts_no_longer() -> None:
    told = news("dispensed", "2026-03-05")
    entry = told.entry(PrescriptionTracked)
    taken_back = told.when(
        mark_in_error, by=RIVERA, entry=entry, event_id=entry.envelope.event_id, reason="another patient"
    )
    assert taken_back.state.prescriptions[PRESCRIPTION].dispensed == 0
