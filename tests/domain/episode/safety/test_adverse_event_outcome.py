"""How an adverse event ended: apart from its grade and its review."""

from datetime import date
from typing import Any

from domain.derived import derived_id
from domain.episode.check_in.send_check_in_link import PatientHasDied, send_check_in_link
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.safety.record_adverse_event_outcome import (
    AdverseEventOutcome,
    AdverseEventOutcomeRecorded,
    OutcomeIsOfAnotherDay,
    record_adverse_event_outcome,
)
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.review_adverse_event import AdverseEventIsUnknown
from tests.domain.given import Scenario, given
from tests.domain.people import LINDQVIST
from tests.dosing_day import RELEASED
from tests.gate_answers import gate

EVENT = derived_id("adverse event")
FALL: dict[str, Any] = {"adverse_event_id": EVENT, "term": "fall_or_injury", "grade": 3, "serious": False}


def reported() -> Scenario:
    return given(RELEASED).when(report_adverse_event, by=LINDQVIST, now="2026-03-17 18:00", **FALL)


def ended(told: Scenario, now: str = "2026-03-20 09:00", **order: Any) -> Scenario:
    return told.when(
        record_adverse_event_outcome,
        by=LINDQVIST,
        now=now,
        **({"adverse_event_id": EVENT, "outcome": "recovered"} | order),
    )


def test_an_event_that_has_ended_has_a_day_and_one_that_lasts_has_none() -> None:
    ended(reported()).then(
        AdverseEventOutcomeRecorded(
            adverse_event_id=EVENT, outcome=AdverseEventOutcome.RECOVERED, ended_on=date(2026, 3, 20)
        )
    )
    lasting = ended(reported(), outcome="recovering", ended_on=date(2026, 3, 19))
    lasting.includes(AdverseEventOutcomeRecorded, ended_on=None)
    assert lasting.state.adverse_events[EVENT].outcome_entry_id is None
    over = ended(lasting, "2026-03-24 09:00")
    assert over.state.adverse_events[EVENT].outcome_entry_id is not None
    ended(over, "2026-03-25 09:00").then()


def test_another_day_takes_the_place_of_the_one_before() -> None:
    """Which would otherwise be answered with success, and dropped."""
    over = ended(reported(), ended_on=date(2026, 3, 20))
    later = ended(over, "2026-03-25 09:00", ended_on=date(2026, 3, 22))
    later.includes(AdverseEventOutcomeRecorded, ended_on=date(2026, 3, 22))
    ended(later, "2026-03-25 09:05", ended_on=date(2026, 3, 22)).then()
    ended(later, "2026-03-25 09:05").then()


def test_it_neither_reviews_the_event_nor_opens_a_gate() -> None:
    over = ended(reported())
    assert over.state.adverse_events[EVENT].needs_review
    assert not gate(over, "adverse_events", "2026-03-24 09:00", None).is_open


def test_a2_who_died_of_an_event_has_died_whatever_grade_it_was_reported_with() -> None:
    """Nothing is sent to them any more, also where they had seemed to recover; taken back, they live."""
    recovered = ended(reported())
    assert not recovered.state.has_died
    for before in (reported(), recovered):
        dead = ended(before, "2026-03-21 09:00", outcome="died")
        dead.includes(AdverseEventOutcomeRecorded, outcome=AdverseEventOutcome.DIED)
        assert dead.state.has_died
        assert dead.state.adverse_events[EVENT].is_grave
        ended(dead, "2026-03-21 09:05", outcome="died").then()
        dead.when(send_check_in_link, by=LINDQVIST, link_id=EVENT, purpose="chaperone").refused(PatientHasDied)
    entry = dead.entry(AdverseEventOutcomeRecorded)
    back = dead.when(mark_in_error, by=LINDQVIST, entry=entry, event_id=entry.envelope.event_id, reason="another's")
    assert not back.state.has_died


def test_days_that_cannot_be_are_refused() -> None:
    ended(reported(), ended_on=date(2026, 3, 21)).refused(OutcomeIsOfAnotherDay, field="ended_on")
    ended(reported(), ended_on=date(2026, 3, 16)).refused(OutcomeIsOfAnotherDay, field="ended_on")
    ended(given(RELEASED)).refused(AdverseEventIsUnknown)


def test_an_outcome_in_error_is_open_again() -> None:
    over = ended(reported())
    entry = over.entry(AdverseEventOutcomeRecorded)
    back = over.when(
        mark_in_error, by=LINDQVIST, entry=entry, event_id=entry.envelope.event_id, reason="another event's"
    )
    assert back.state.adverse_events[EVENT].outcome_entry_id is None
