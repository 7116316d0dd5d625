"""Eligibility and plan are renewed before they run out, while doses are still to come; late releases are told (B1)."""

from datetime import date

import pytest

from domain.actor import Role
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause
from tests.domain.given import History, given
from tests.domain.people import PROTOCOL, RIVERA, TEST_NETWORK, local
from tests.dosing_day import DOSED, RELEASED, SESSION, integrated
from tests.gate_answers import SESSION_2, dosed_on
from tests.situations import PLAN, PREPARED

ZONE = "America/New_York"


def due(*history: History, now: str) -> dict[str, Obligation]:
    found = obligations(given(*history).state, now=local(now), protocol=PROTOCOL, network=TEST_NETWORK)
    return {one.key: one for one in found}


@pytest.mark.parametrize(
    ("now", "is_owed"), [("2026-08-02 23:59", False), ("2026-08-03 00:00", True), ("2026-09-02 23:59", True)]
)
def test_eligibility_is_renewed_in_the_month_before_its_last_day(now: str, is_owed: bool) -> None:
    """Case X3: eligible until 2 Sep, the whole day included."""
    owed = due(PREPARED, now=now)
    assert ("renew_eligibility" in owed) is is_owed
    assert "eligibility" not in owed


def test_after_its_last_day_the_gate_itself_says_so() -> None:
    owed = due(PREPARED, now="2026-09-03 00:00")
    assert "renew_eligibility" not in owed
    assert "eligibility" in owed


def test_a_renewal_is_with_the_prescriber_and_due_on_the_last_day() -> None:
    renewal = due(PREPARED, now="2026-08-20 09:00")["renew_eligibility"]
    assert (renewal.due_on, renewal.with_id, renewal.decision) == (
        date(2026, 9, 2),
        RIVERA.actor_id,
        "determine_eligibility",
    )


def test_a_plan_is_renewed_before_it_ends_with_sessions_left() -> None:
    ends = given(PREPARED).state.plan.expires_on
    month = f"{ends:%Y-%m-%d} 23:59"
    renewal = due(PREPARED, now=month)["renew_plan"]
    assert (renewal.due_on, renewal.decision) == (ends, "issue_plan")
    assert "renew_plan" not in due(PREPARED, now="2026-03-12 09:00")


def test_where_no_dose_is_to_come_nothing_is_renewed() -> None:
    suspended = PlanSuspended(plan_id=PLAN, because=SuspendedBecause.OTHER)
    used_up = (RELEASED, integrated("2026-03-19"), dosed_on("2026-03-24", 2, SESSION_2))
    for history in ((PREPARED, suspended), used_up):
        assert not {"renew_eligibility", "renew_plan"} & set(due(*history, now="2026-08-20 09:00"))


def test_b1_not_released_an_hour_after_the_observation_the_prescriber_is_told() -> None:
    """One part at 14:05, watched for 120 minutes: the hour is over at 17:05."""
    key = f"late_release:{SESSION}"
    assert key not in due(DOSED, now="2026-03-17 17:05")
    late = due(DOSED, now="2026-03-17 17:06")[key]
    assert (late.with_role, late.with_id, late.is_safety) == (Role.PRESCRIBER, RIVERA.actor_id, True)
    assert (late.due_at, late.why) == (
        local("2026-03-17 17:05"),
        "Watched until 16:05; not released 60 minutes later.",
    )
    assert late.is_overdue(local("2026-03-17 17:06"), ZONE)


def test_b1_released_in_time_nobody_is_told() -> None:
    assert f"late_release:{SESSION}" not in due(RELEASED, now="2026-03-17 18:00")
