"""Which reports call for a reaction, and what is ordered because of them."""

import pytest

from domain.derived import derived_id
from domain.episode.safety.carry_over_adverse_event import CarryOverAdverseEvent
from domain.episode.safety.record_adverse_event_outcome import AdverseEventOutcome, AdverseEventOutcomeRecorded
from domain.episode.safety.report_adverse_event import AdverseEventReported, AdverseEventTerm
from domain.policies import POLICIES
from domain.policies.carry_over_adverse_event_when_reported_elsewhere import (
    CARRY_OVER_ADVERSE_EVENT_WHEN_REPORTED_ELSEWHERE as POLICY,
)
from tests.domain.given import given
from tests.domain.people import local

THEN = local("2026-03-17 14:05")
EARLIER = derived_id("episode", "earlier")


def ordered(grade: int, *, serious: bool) -> object:
    event = AdverseEventReported(
        adverse_event_id=derived_id("event", grade),
        term=AdverseEventTerm.CONFUSION,
        grade=grade,
        serious=serious,
        happened_at=THEN,
    )
    (recorded,) = given(event, stream_id=EARLIER).recorded
    return POLICY.order(*recorded)


@pytest.mark.parametrize(("grade", "serious"), [(3, False), (2, True), (5, True)])
def test_a_grave_event_is_carried_over_with_what_is_known_of_it(grade: int, serious: bool) -> None:
    order = ordered(grade, serious=serious)
    assert order == CarryOverAdverseEvent(
        adverse_event_id=derived_id("event", grade),
        reported_in=EARLIER,
        term=AdverseEventTerm.CONFUSION,
        grade=grade,
        serious=serious,
        occurred_at=THEN,
    )


@pytest.mark.parametrize("grade", [1, 2])
def test_a_mild_event_stays_where_it_was_reported(grade: int) -> None:
    assert ordered(grade, serious=False) is None


def test_a_death_that_is_recorded_as_the_outcome_is_carried_over_as_one() -> None:
    """The event itself may be known there as grade 3."""

    def order(outcome: AdverseEventOutcome) -> object:
        event = AdverseEventOutcomeRecorded(adverse_event_id=derived_id("event", 3), outcome=outcome, ended_on=None)
        (recorded,) = given(event, stream_id=EARLIER).recorded
        return POLICY.order(*recorded)

    death = order(AdverseEventOutcome.DIED)
    assert isinstance(death, CarryOverAdverseEvent)
    assert (death.grade, death.serious) == (5, True)
    assert death.adverse_event_id != derived_id("event", 3)
    assert order(AdverseEventOutcome.NOT_RECOVERED) is None


def test_each_policy_is_named_by_what_it_does_and_when() -> None:
    for policy in POLICIES:
        assert policy.name.startswith(policy.decision.name), policy.name
        assert "_when_" in policy.name
    assert len({policy.name for policy in POLICIES}) == len(POLICIES)
