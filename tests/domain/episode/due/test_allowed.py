"""What a person may decide now: the answers agree with the decisions themselves."""

from datetime import date

import pytest

from domain.actor import Actor
from domain.episode import DECISIONS
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.due.allowed import Allowed, allowed_decisions
from domain.episode.due.preconditions import WHEN
from tests.domain.given import History, given
from tests.domain.people import ADA, LINDQVIST, OKAFOR, PARK, PROTOCOL, RIVERA, TEST_NETWORK, clinicians, local
from tests.dosing_day import BOOKED, DOSED, OPENED, READY, RELEASED
from tests.situations import ASSIGNED, CONSENTED, PREPARED


def answers(history: History, by: Actor, now: str = "2026-03-17 13:50") -> dict[str, Allowed]:
    found = allowed_decisions(
        given(history).state, by, local(now), network=TEST_NETWORK, protocol=PROTOCOL, clinicians=clinicians()
    )
    return {answer.decision: answer for answer in found}


def allowed(history: History, by: Actor, now: str = "2026-03-17 13:50") -> set[str]:
    return {name for name, answer in answers(history, by, now).items() if answer.is_allowed}


def test_every_refusal_says_why() -> None:
    for history in (ASSIGNED, CONSENTED, PREPARED, BOOKED, DOSED, RELEASED):
        for who in (LINDQVIST, RIVERA, OKAFOR, PARK):
            for answer in answers(history, who).values():
                assert answer.is_allowed == (answer.why_not is None)
                assert answer.is_allowed or (answer.why_not or "").endswith(".")


def test_the_table_names_decisions_there_are() -> None:
    assert set(WHEN) <= {decision.name for decision in DECISIONS}


def test_roles_are_named() -> None:
    assert answers(PREPARED, LINDQVIST)["issue_plan"].why_not == "Only a prescriber may do this."
    assert not allowed(PREPARED, PARK)


def test_each_phase_has_its_decisions() -> None:
    assert {"complete_intake", "book_intake"} <= allowed(ASSIGNED, RIVERA)
    assert "issue_plan" not in allowed(ASSIGNED, RIVERA)
    assert "issue_plan" in allowed(CONSENTED, RIVERA)
    assert "complete_intake" not in allowed(CONSENTED, RIVERA)
    assert "amend_plan" in allowed(PREPARED, RIVERA)
    assert answers(PREPARED, LINDQVIST)["open_dosing_session"].why_not == "No dosing session is booked."


def test_closed_gates_are_the_reason() -> None:
    assert "open_dosing_session" in allowed(BOOKED, LINDQVIST)
    expired = answers(BOOKED, LINDQVIST, "2026-09-03 13:50")["open_dosing_session"]
    assert {gate.key for gate in expired.gates} == {"eligibility", "plan"}
    assert expired.why_not == "Missing: eligibility determined anew; a new plan."


def test_the_dose_is_cleared_when_the_day_is_ready() -> None:
    assert "clear_to_dose" in allowed(READY, LINDQVIST)
    unready = answers(OPENED, LINDQVIST)["clear_to_dose"]
    assert not unready.is_allowed
    assert len(unready.gates) > 3


def test_stopping_and_recording_are_always_there() -> None:
    always = {
        "place_hold",
        "report_adverse_event",
        "record_outcome",
        "declare_emergency",
        "record_dose",
        "record_vitals",
    }
    for history in (ASSIGNED, BOOKED, DOSED, RELEASED):
        assert always <= allowed(history, LINDQVIST)


@pytest.mark.parametrize("who", [LINDQVIST, RIVERA])
def test_after_discharge_only_facts_and_reviews(who: Actor) -> None:
    gone = PatientDischarged(patient_id=ADA, reason=DischargeReason.COMPLETED, on=date(2026, 3, 17))
    left = allowed((RELEASED, gone), who, "2026-03-20 09:00")
    assert {"report_adverse_event", "record_outcome", "mark_in_error"} <= left
    assert not {"book_session", "issue_plan", "discharge_patient"} & left
