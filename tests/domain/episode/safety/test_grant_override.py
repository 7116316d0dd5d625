"""Overriding a closed gate: one rule, one session, a reason, in person; never what is absolute."""

from typing import Any

import pytest

from domain.actor import Actor, Role
from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.consent.consents import ConsentType
from domain.episode.eligibility.find_contraindication import find_contraindication
from domain.episode.gates import Checkpoint, GateClass
from domain.episode.intake.intake import Pregnancy
from domain.episode.intake.report_ketamine_elsewhere import report_ketamine_elsewhere
from domain.episode.safety.grant_override import OverrideGranted, PregnancyNeedsItsOwnConsent, grant_override
from domain.episode.safety.override_limits import (
    FollowUpIsTooLongOverdue,
    NobodyMayOverrideThis,
    OverriddenBefore,
    RuleIsUnknown,
    SecondPrescriberIsNeeded,
    SignInAgainToOverride,
    TherapistHasToAgree,
)
from domain.episode.session.which_session import SessionIsOver, SessionIsUnknown
from tests.domain.given import Scenario, at, given
from tests.domain.people import ABARA, LINDQVIST, PROTOCOL, RIVERA, clinician, clinicians, person
from tests.dosing_day import RELEASED, SECOND_SESSION, SESSION, booked
from tests.gate_answers import gate
from tests.situations import ADA_INTAKE, ASSIGNED, signed

OVERRIDE = derived_id("override", 1)
OTHER_RELATIVE = "cystitis"
TOO_EARLY = (RELEASED, at("2026-03-20 09:00", booked(SECOND_SESSION, "2026-03-22 14:00", 2)))
"""Session 2 on the fifth day after the first dose, without integration; the plan asks for seven days."""


def granting(scenario: Scenario, rule: str, *, by: Actor = RIVERA, number: int = 1, **changed: Any) -> Scenario:
    order = {"session_id": SECOND_SESSION, "reason": "clinical judgement", "now": "2026-03-22 13:00"} | changed
    return scenario.when(grant_override, by=by, override_id=derived_id("override", number), rule=rule, **order)


def test_a_prescriber_opens_one_gate_for_one_session() -> None:
    granted = granting(given(TOO_EARLY), "11", conditions="call before")
    granted.includes(OverrideGranted, rule="11", session_id=SECOND_SESSION, second_prescriber_id=None)
    (event,) = granted.events
    assert isinstance(event, OverrideGranted)
    assert event.values_seen == ("Last dose on 17 Mar 2026, session 1.", "At least 7 days between doses.")
    opened = gate(granted, "interval", "2026-03-22 14:00", SECOND_SESSION)
    assert (opened.is_open, opened.overridden_by) == (True, OVERRIDE)
    assert not gate(granted, "integration", "2026-03-22 14:00", SECOND_SESSION).is_open
    assert not gate(granted, "interval", "2026-03-22 14:00", None).is_open


def test_it_covers_no_ketamine_elsewhere_that_was_told_after_it() -> None:
    granted = granting(given(TOO_EARLY), "11")
    told = granted.when(report_ketamine_elsewhere, now="2026-03-22 13:30", on="2026-03-21")
    assert not gate(told, "interval", "2026-03-22 14:00", SECOND_SESSION).is_open
    again = granting(told, "11", number=2, now="2026-03-22 13:40")
    assert gate(again, "interval", "2026-03-22 14:00", SECOND_SESSION).overridden_by == derived_id("override", 2)


def test_it_covers_no_other_relative_contraindication_that_was_found_after_it() -> None:
    weak = given(TOO_EARLY).when(find_contraindication, now="2026-03-21 09:00", code="liver_disease")
    granted = granting(weak, "22.relative")
    assert gate(granted, "contraindication:liver_disease", "2026-03-22 14:00", SECOND_SESSION).is_open
    other = granted.when(find_contraindication, now="2026-03-22 13:30", code=OTHER_RELATIVE)
    assert gate(other, "contraindication:liver_disease", "2026-03-22 14:00", SECOND_SESSION).is_open
    assert not gate(other, f"contraindication:{OTHER_RELATIVE}", "2026-03-22 14:00", SECOND_SESSION).is_open


def test_it_runs_out_after_a_day() -> None:
    granted = granting(given(TOO_EARLY), "11")
    assert gate(granted, "interval", "2026-03-23 12:59", SECOND_SESSION).is_open
    assert not gate(granted, "interval", "2026-03-23 13:00", SECOND_SESSION).is_open


def test_the_limit_itself_stays() -> None:
    granted = granting(given(TOO_EARLY), "11")
    assert granted.state.plan.terms.minimum_interval_days == 7
    assert gate(granted, "interval", "2026-03-22 14:00", SECOND_SESSION).facts[1] == "At least 7 days between doses."


ABSOLUTE = [rule.rule for rule in PROTOCOL.rules if rule.gate_class is not GateClass.OVERRIDE]


@pytest.mark.parametrize("rule", [*ABSOLUTE, "+hold"])
def test_nobody_overrides_what_is_absolute_and_nobody_a_hold(rule: str) -> None:
    granting(given(TOO_EARLY), rule).refused(NobodyMayOverrideThis, field="rule")


def test_a_rule_has_to_be_in_the_protocol() -> None:
    granting(given(TOO_EARLY), "99").refused(RuleIsUnknown, field="rule")


def test_only_a_prescriber_and_only_in_person() -> None:
    granting(given(TOO_EARLY), "11", by=LINDQVIST).refused(RoleMayNotDecide, rule="17")
    granting(given(TOO_EARLY), "11", by=RIVERA._replace(reauthenticated=False)).refused(SignInAgainToOverride)


def test_granted_twice_is_granted_once() -> None:
    granting(granting(given(TOO_EARLY), "11"), "11").then()


def test_the_session_is_still_ahead() -> None:
    granting(given(RELEASED), "11", session_id=SESSION).refused(SessionIsOver)
    granting(given(RELEASED), "11").refused(SessionIsUnknown)


def test_more_than_two_in_a_session_need_a_second_prescriber() -> None:
    two = granting(granting(given(TOO_EARLY), "11"), "4", number=2)
    granting(two, "5", number=3).refused(SecondPrescriberIsNeeded, field="second_prescriber_id")
    granting(two, "5", number=3, second_prescriber_id=RIVERA.actor_id).refused(SecondPrescriberIsNeeded)
    granting(two, "5", number=3, second_prescriber_id=LINDQVIST.actor_id).refused(SecondPrescriberIsNeeded)
    suspended = clinicians(clinician(ABARA, suspended=True))
    granting(two, "5", number=3, second_prescriber_id=ABARA.actor_id, clinicians=suspended).refused(
        SecondPrescriberIsNeeded
    )
    granting(two, "5", number=3, second_prescriber_id=ABARA.actor_id).includes(
        OverrideGranted, second_prescriber_id=ABARA.actor_id
    )


def test_who_runs_the_session_needs_a_second_prescriber() -> None:
    both = person("rivera", Role.PRESCRIBER, Role.THERAPIST)
    own = booked(SECOND_SESSION, "2026-03-22 14:00", 2, therapist_id=both.actor_id)
    scenario = given(RELEASED, at("2026-03-20 09:00", own))
    granting(scenario, "11", by=both).refused(SecondPrescriberIsNeeded)
    granting(scenario, "11", by=both, second_prescriber_id=ABARA.actor_id).includes(OverrideGranted)


@pytest.mark.parametrize("rule", ["7", "8"])
def test_preparation_and_integration_are_left_out_with_the_therapist(rule: str) -> None:
    granting(given(TOO_EARLY), rule).refused(TherapistHasToAgree, field="therapist_agrees")
    granting(given(TOO_EARLY), rule, therapist_agrees=True).includes(OverrideGranted, therapist_agreed=True)


def test_an_overdue_follow_up_is_passed_over_once() -> None:
    once = granting(given(TOO_EARLY), "10")
    granting(once, "10", number=2).refused(OverriddenBefore, field="rule")


def test_f1_an_overdue_follow_up_is_passed_over_until_14_days_after_its_grace() -> None:
    granting(given(TOO_EARLY), "10", now="2026-04-22 09:00").includes(OverrideGranted)
    late = granting(given(TOO_EARLY), "10", now="2026-04-23 09:00")
    late.refused(FollowUpIsTooLongOverdue, rule="10")


def test_x2_pregnancy_needs_its_own_consent() -> None:
    intake = ADA_INTAKE.model_copy(update={"pregnancy": Pregnancy.POSITIVE})
    booked_first = at("2026-03-11 09:00", booked())
    pregnant = given(ASSIGNED, at("2026-03-02 09:58", intake, by=RIVERA), booked_first)
    order: dict[str, Any] = {"session_id": SESSION, "now": "2026-03-17 09:00"}
    granting(pregnant, "+pregnancy", **order).refused(PregnancyNeedsItsOwnConsent, rule="+pregnancy")
    own = signed(ConsentType.KETAMINE_IN_PREGNANCY, 1, "2026-03-16 09:00")
    consented = pregnant.after(at("2026-03-16 09:00", own))
    granted = granting(consented, "+pregnancy", **order)
    assert gate(granted, "pregnancy", "2026-03-17 13:20", SESSION, Checkpoint.OPEN).is_open


def test_an_override_counts_nowhere_else() -> None:
    granted = granting(given(TOO_EARLY), "11")
    other = derived_id("dosing", 3)
    also = granted.after(at("2026-03-20 10:00", booked(other, "2026-03-22 18:00", 3)))
    assert not gate(also, "interval", "2026-03-22 14:00", other).is_open
