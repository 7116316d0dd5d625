"""A rota with a medical director, and episodes in which something alarming happened."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from domain.derived import derived_id
from domain.episode.alert.alert import Alert, AlertKind
from domain.episode.alert.alerts import alerts
from domain.episode.alert.may_raise import may_raise
from domain.episode.dosing.declare_emergency import declare_emergency
from domain.episode.outcome.record_outcome import record_outcome
from domain.network.network import MedicalDirector, Network, OnCall
from tests.domain.given import Scenario, given
from tests.domain.people import (
    ABARA,
    LINDQVIST,
    PROTOCOL,
    TEST_NETWORK,
    clinicians,
    local,
    person,
)
from tests.dosing_day import DOSED

CHEN = person("chen")
"""The medical director."""
VANCE = person("vance")
"""The back-up of whoever is on call."""
DUTY = OnCall(ABARA.actor_id, "+1 212 555 0100", local("2026-01-02 09:00"), None, VANCE.actor_id, "+1 212 555 0101")
ROTA = replace(TEST_NETWORK, on_calls=(DUTY,), medical_director=MedicalDirector(CHEN.actor_id, "+1 212 555 0199"))
EVENT = derived_id("adverse event", 1)
HELD = derived_id("hold", 1)


def standing(scenario: Scenario, now: str, network: Network = ROTA, **grounds: Any) -> dict[AlertKind, Alert]:
    asked: dict[str, Any] = {"protocol": PROTOCOL, "clinicians": clinicians()} | grounds
    found = alerts(scenario.state, now=local(now), network=network, **asked)
    assert len({one.alert_id for one in found}) == len(found)
    assert may_raise(scenario.state) or not found
    return {one.kind: one for one in found}


def whom(alert: Alert) -> list[list[UUID | None]]:
    return [[contact.clinician_id for contact in rung.contacts] for rung in alert.rungs]


def emergency() -> Scenario:
    return given(DOSED).when(declare_emergency, by=LINDQVIST, now="2026-03-17 14:40", emergency_id=EVENT)


def flagged(history: Any, when: str = "2026-03-16 09:00") -> Scenario:
    return given(history).when(
        record_outcome,
        by=LINDQVIST,
        now=when,
        outcome_id=derived_id("outcome", when),
        instrument="phq-9",
        taken_at=local(when),
        answers=(1, 1, 1, 1, 1, 0, 0, 0, 1),
    )
