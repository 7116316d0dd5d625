"""Before the day: a chaperone who was spoken to (rule 12), a way home that is settled (rule 13)."""

from datetime import date
from typing import Any

import pytest

from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.dosing.record_companion_arrival import record_companion_arrival
from domain.episode.due.obligations import obligations
from domain.episode.gates import Checkpoint
from domain.episode.intake.intake import Way
from domain.episode.session.confirm_transport import Transport, TransportConfirmed, confirm_transport
from domain.episode.session.verify_chaperone import ChaperoneVerified, verify_chaperone
from domain.episode.session.which_session import SessionIsOver
from domain.protocol.shipped import load_shipped
from tests.domain.given import Scenario, at, given
from tests.domain.people import OKAFOR, PROTOCOL, TEST_NETWORK, local
from tests.dosing_day import BOOKED, COMPANION, DAY, OPENED, SESSION, booked, on
from tests.gate_answers import gate
from tests.situations import PREPARED

NOW = "2026-03-16 10:00"
IN_PERSON = (PREPARED, at("2026-03-11 09:00", booked(way=Way.IN_PERSON)))
NOBODY = (PREPARED, at("2026-03-11 09:00", booked(companion_id=None)))
CALL: dict[str, Any] = {
    "session_id": SESSION, "companion_id": COMPANION, "relationship": "family", "is_adult": True,
    "answers_the_phone": True, "has_capacity": True,
}  # fmt: skip


def called(history: Any = BOOKED, **changed: Any) -> Scenario:
    return given(history).when(verify_chaperone, by=OKAFOR, now=NOW, **(CALL | changed))


def owed(scenario: Scenario, now: str = NOW) -> list[tuple[str, date | None]]:
    due = obligations(scenario.state, now=local(now), protocol=PROTOCOL, network=TEST_NETWORK)
    return [(o.what, o.due_on) for o in due if o.rule in ("12.verified", "13.transport")]


def test_a_chaperone_is_called_before_a_remote_session() -> None:
    assert owed(given(BOOKED)) == [("Call the chaperone", date(2026, 3, 17))]
    assert not gate(given(BOOKED), "chaperone_verified", NOW).stands_in_the_way
    verified = called()
    verified.includes(ChaperoneVerified, companion_id=COMPANION)
    assert gate(verified, "chaperone_verified", NOW).is_open
    assert owed(verified) == []
    verified.when(verify_chaperone, by=OKAFOR, **CALL).then()


@pytest.mark.parametrize("wrong", ["answers_the_phone", "has_capacity", "is_adult"])
def test_what_is_not_in_order_is_recorded_and_the_call_stays_owed(wrong: str) -> None:
    found = called(**{wrong: False})
    found.includes(ChaperoneVerified)
    assert not gate(found, "chaperone_verified", NOW).is_open
    assert gate(found, "companion", NOW).is_open is (wrong != "is_adult")
    assert owed(found) != []


def test_whoever_was_not_named_at_booking_is_named_by_the_call() -> None:
    assert not gate(given(NOBODY), "companion", NOW).is_open
    assert gate(called(NOBODY, name="a friend", phone="555"), "companion", NOW).is_open


def test_the_one_who_was_called_is_the_one_who_arrives() -> None:
    verified = called()
    opened = given(verified.as_history(), OPENED[-1])
    came = opened.when(
        record_companion_arrival, session_id=SESSION, companion_id=COMPANION, is_booked_companion=True,
        arrived_at=on("13:30"),
    )  # fmt: skip
    assert gate(came, "chaperone_verified", f"{DAY} 13:40").is_open
    opened.when(verify_chaperone, by=OKAFOR, **CALL).refused(SessionIsOver)


def test_a_call_in_error_is_owed_again() -> None:
    verified = called()
    entry = verified.entry(ChaperoneVerified)
    back = verified.when(mark_in_error, by=OKAFOR, entry=entry, event_id=entry.envelope.event_id, reason="wrong one")
    assert owed(back) == [("Call the chaperone", date(2026, 3, 17))]


def test_the_way_home_is_settled_before_a_session_in_person() -> None:
    assert owed(given(IN_PERSON)) == [("Settle the way home", date(2026, 3, 17))]
    order: dict[str, Any] = {"session_id": SESSION, "transport": Transport.TAXI_WITH_ESCORT}
    settled = given(IN_PERSON).when(confirm_transport, by=OKAFOR, now=NOW, **order)
    settled.then(TransportConfirmed(**order))
    assert gate(settled, "transport", NOW).is_open
    assert owed(settled) == []
    settled.when(confirm_transport, by=OKAFOR, **order).then()
    entry = settled.entry(TransportConfirmed)
    back = settled.when(mark_in_error, by=OKAFOR, entry=entry, event_id=entry.envelope.event_id, reason="wrong one")
    assert owed(back) != []


def test_an_earlier_document_asks_neither() -> None:
    asked = given(BOOKED).gates(Checkpoint.OPEN, now=NOW, session_id=SESSION, protocol=load_shipped("kap-core", "1"))
    assert [g for g in asked if g.key in ("chaperone_verified", "transport")] == []
