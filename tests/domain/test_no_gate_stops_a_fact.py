"""Principle 1: a gate guards a permission, never a fact. What happened is recorded whatever stands against it."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.derived import derived_id
from domain.episode.consent.consents import ConsentType
from domain.episode.consent.withdraw_consent import ConsentWithdrawn
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.course.pause_episode import EpisodePaused
from domain.episode.dosing.clear_to_dose import clear_to_dose
from domain.episode.dosing.declare_emergency import EmergencyDeclared, declare_emergency
from domain.episode.dosing.open_dosing_session import open_dosing_session
from domain.episode.dosing.record_check import MonitoringCheckRecorded, record_check
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.dosing.record_vitals import VitalsRecorded, record_vitals
from domain.episode.eligibility.find_contraindication import ContraindicationFound
from domain.episode.gates import Checkpoint, GatesAreClosed
from domain.episode.outcome.record_outcome import OutcomeRecorded, record_outcome
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause
from domain.episode.safety.place_hold import HoldPlaced, place_hold
from domain.episode.safety.report_adverse_event import AdverseEventReported, AdverseEventTerm, report_adverse_event
from domain.episode.safety.safety import HoldReason
from domain.event import Event
from tests.domain.given import History, given
from tests.domain.people import ADA, LINDQVIST, local, sealed
from tests.dosing_day import BOOKED, CLEARED, DOSED, OPENED, READY, RELEASED, SESSION
from tests.gate_answers import held_on, phq9
from tests.situations import PLAN, PREPARED

NOW = "2026-03-17 18:00"
THEN = local("2026-03-17 14:05")
NEW = derived_id("new fact", 1)
DAYS = (BOOKED, OPENED, READY, CLEARED, DOSED, RELEASED, (PREPARED, held_on("2026-03-17", 1, SESSION)))
"""A dosing session at every stage, and one that was held without a dose."""
OBSTACLES: tuple[History, ...] = (
    HoldPlaced(hold_id=ADA, reason=HoldReason.CRISIS),
    ConsentWithdrawn(consent_type=ConsentType.KETAMINE, from_at=local("2026-03-17 12:00")),
    PlanSuspended(plan_id=PLAN, because=SuspendedBecause.SAFETY),
    ContraindicationFound(code="ketamine_allergy"),
    AdverseEventReported(
        adverse_event_id=ADA, term=AdverseEventTerm.FALL_OR_INJURY, grade=5, serious=True, happened_at=THEN
    ),
    phq9("2026-03-17 09:00", 3),
    phq9("2026-03-17 10:00", answered=False),
    EpisodePaused(reason=sealed("reason")),
    PatientDischarged(patient_id=ADA, reason=DischargeReason.DIED, on=date(2026, 3, 17)),
)


class Fact(NamedTuple):
    """How something that happened is recorded, and the event that says so."""

    decide: Any
    order: dict[str, Any]
    recorded: type[Event]


FACTS = (
    Fact(
        record_vitals,
        {
            "vitals_id": NEW,
            "phase": "during",
            "systolic_mmhg": 240,
            "diastolic_mmhg": 130,
            "taken_at": THEN,
            "confirm_extreme": True,
        },
        VitalsRecorded,
    ),
    Fact(
        record_dose,
        {
            "dose_id": NEW,
            "amount_mg": 900,
            "taken_at": THEN,
            "swallowed": True,
            "tablets_not_counted": True,
            "is_another": True,
        },
        DoseTaken,
    ),
    Fact(record_check, {"check_id": NEW, "at": THEN, "responsive": False}, MonitoringCheckRecorded),
    Fact(declare_emergency, {"emergency_id": NEW}, EmergencyDeclared),
    Fact(place_hold, {"hold_id": NEW, "reason": "other"}, HoldPlaced),
    Fact(
        report_adverse_event,
        {"adverse_event_id": NEW, "term": "loss_of_consciousness", "grade": 4, "serious": True, "occurred_at": THEN},
        AdverseEventReported,
    ),
    Fact(record_outcome, {"outcome_id": NEW, "instrument": "phq-9", "taken_at": THEN, "total": 27}, OutcomeRecorded),
)


def recording(fact: Fact, *history: History) -> None:
    takes_session = "session_id" in fact.decide.decision.order.model_fields
    order: dict[str, UUID] = {"session_id": SESSION} if takes_session else {}
    given(*history).when(fact.decide, by=LINDQVIST, now=NOW, **order, **fact.order).includes(fact.recorded)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.recorded.stored_as)
@for_all(day=st.sampled_from(DAYS), obstacles=st.lists(st.sampled_from(OBSTACLES), unique_by=id))
@settings(max_examples=40, deadline=None)
def test_whatever_stands_in_the_way_it_is_recorded(fact: Fact, day: History, obstacles: list[History]) -> None:
    recording(fact, day, *obstacles)


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_each_of_them_does_close_a_gate(obstacle: History) -> None:
    """Else the test above would show nothing."""
    asked = given(READY, obstacle).gates(Checkpoint.CLEAR, now="2026-03-17 14:00", session_id=SESSION)
    assert any(gate.stands_in_the_way for gate in asked)
    ready = given(READY).gates(Checkpoint.CLEAR, now="2026-03-17 14:00", session_id=SESSION)
    assert not any(gate.stands_in_the_way for gate in ready)


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_permissions_are_refused_by_the_same_gates(obstacle: History) -> None:
    opening = given(BOOKED, obstacle).when(open_dosing_session, now="2026-03-17 13:20", session_id=SESSION)
    opening.refused(GatesAreClosed)
    clearing = given(READY, obstacle).when(
        clear_to_dose, now="2026-03-17 14:00", session_id=SESSION, dose_mg=200, plan_version=1
    )
    clearing.refused(GatesAreClosed)
