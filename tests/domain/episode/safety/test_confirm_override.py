"""An override of two people: the second prescriber confirms in person before it opens anything."""

import pytest

from domain.actor import Actor, Role
from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.safety.confirm_override import (
    ConfirmOverride,
    OverrideConfirmed,
    OverrideHasRunOut,
    OverrideIsUnknown,
    SecondPrescriberIsAnother,
    confirm_override,
)
from domain.episode.safety.override_limits import SecondPrescriberIsNeeded, SignInAgainToOverride
from domain.episode.safety.signed_now import ASignatureIsNotBackdated
from tests.domain.episode.safety.test_grant_override import OVERRIDE, TOO_EARLY, granting
from tests.domain.given import Scenario, at, given
from tests.domain.people import ABARA, LINDQVIST, RIVERA, local, person
from tests.dosing_day import RELEASED, SECOND_SESSION, booked
from tests.gate_answers import gate

BOTH = person("rivera", Role.PRESCRIBER, Role.THERAPIST)
OWN = (RELEASED, at("2026-03-20 09:00", booked(SECOND_SESSION, "2026-03-22 14:00", 2, therapist_id=BOTH.actor_id)))
"""Dr. Rivera runs session 2 himself."""


def waiting() -> Scenario:
    return granting(given(OWN), "11", by=BOTH, second_prescriber_id=ABARA.actor_id)


def confirming(scenario: Scenario, by: Actor = ABARA, now: str = "2026-03-22 13:10") -> Scenario:
    return scenario.when(confirm_override, by=by, now=now, override_id=OVERRIDE)


def is_open(scenario: Scenario) -> bool:
    return gate(scenario, "interval", "2026-03-22 14:00", SECOND_SESSION).is_open


def test_it_opens_nothing_before_the_second_prescriber_has_signed() -> None:
    assert not is_open(waiting())
    confirmed = confirming(waiting())
    confirmed.then(OverrideConfirmed(override_id=OVERRIDE))
    assert is_open(confirmed)
    confirming(confirmed).then()


def test_one_that_needs_nobody_else_opens_at_once() -> None:
    granted = granting(given(TOO_EARLY), "11")
    assert is_open(granted)
    confirming(granted).refused(OverrideIsUnknown)


def test_whoever_granted_it_does_not_confirm_it() -> None:
    confirming(waiting(), by=BOTH).refused(SecondPrescriberIsAnother)


def test_it_is_signed_in_person_by_a_prescriber_and_now() -> None:
    confirming(waiting(), by=ABARA._replace(reauthenticated=False)).refused(SignInAgainToOverride)
    confirming(waiting(), by=LINDQVIST).refused(RoleMayNotDecide)
    backdated = ConfirmOverride(override_id=OVERRIDE, occurred_at=local("2026-03-22 13:01"))
    waiting().when(confirm_override, backdated, by=ABARA, now="2026-03-22 13:40").refused(ASignatureIsNotBackdated)


def test_one_that_ran_out_is_granted_anew() -> None:
    confirming(waiting(), now="2026-03-23 13:00").refused(OverrideHasRunOut)


def test_a_confirmed_one_runs_out_when_it_would_have() -> None:
    confirmed = confirming(waiting())
    assert not gate(confirmed, "interval", "2026-03-23 13:00", SECOND_SESSION).is_open


@pytest.mark.parametrize("second", [RIVERA.actor_id, LINDQVIST.actor_id, derived_id("nobody")])
def test_who_is_asked_without_need_is_another_prescriber_too(second: object) -> None:
    granting(given(TOO_EARLY), "11", second_prescriber_id=second).refused(SecondPrescriberIsNeeded)


def test_the_third_override_of_a_session_waits_for_a_signature() -> None:
    two = granting(granting(given(TOO_EARLY), "4", number=2), "5", number=3)
    third = granting(two, "11", second_prescriber_id=ABARA.actor_id)
    assert not is_open(third)
    assert is_open(confirming(third))
