"""Which decisions wait for a prescriber, in the groups of the page, each with its reason and how long it has waited."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from psycopg import Connection

from domain.derived import derived_id
from domain.episode.follow_up.complete_follow_up import FollowUpCompleted
from domain.episode.follow_up.follow_up import FollowUpDecision
from domain.episode.intake.intake import Way
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import HoldReason
from domain.episode.session.book_session import SessionBooked
from domain.episode.session.complete_preparation import PreparationCompleted
from domain.episode.session.session import SessionKind
from domain.event import Recorded
from projections.engine.pages import apply_all
from projections.engine.rebuild import rebuild
from projections.glance import Moment
from projections.prescriber_worklist import PRESCRIBER_WORKLIST, Worklist, worklist
from projections.worklist_groups import Group
from tests import dosing_day as day
from tests.domain.episode.question.test_questions import ASKED
from tests.domain.given import History, at, given
from tests.domain.people import ABARA, LINDQVIST, NETWORK_ID, PROTOCOL, RIVERA, TEST_NETWORK, local
from tests.projections.conftest import live_runner, stored_rows
from tests.projections.courses import HistoryLog
from tests.projections.folded import folded
from tests.situations import CONSENTED, INTAKE_DONE, PLAN, PLANNED, PREPARATION, PREPARED, REFERRED


def shown(
    connection: Connection[Any], history: Iterable[Recorded], now: str, who: Any = RIVERA, **more: Any
) -> Worklist:
    log = HistoryLog(history)
    apply_all(log, [live_runner(connection, log, PRESCRIBER_WORKLIST)])
    moment = Moment(local(now), TEST_NETWORK, PROTOCOL)
    return worklist(connection, network_id=NETWORK_ID, clinician_id=who.actor_id, moment=moment, **more)


def outcome(when: str, total: int, safety_answer: int = 0) -> OutcomeRecorded:
    return OutcomeRecorded(
        outcome_id=derived_id("outcome", when), instrument="phq-9", instrument_version="1", taken_at=local(when),
        total=total, band="moderate", has_safety_item=True, safety_answer=safety_answer,
        safety_item_is_positive=safety_answer > 0,
    )  # fmt: skip


IN_DANGER = (
    PREPARED,
    at(
        "2026-03-12 08:51",
        outcome("2026-03-12 08:51", 14, 1),
        hold_because(HoldReason.SAFETY_ITEM, derived_id("outcome", "2026-03-12 08:51")),
    ),
)
HELD = (
    day.READY_BUT_VITALS,
    at(f"{day.DAY} 13:40", day.vitals("13:40", 168, 96)),
    at(f"{day.DAY} 13:50", day.vitals("13:50", 166, 95)),
    at(f"{day.DAY} 14:00", day.vitals("14:00", 164, 94)),
    at(
        f"{day.DAY} 14:00",
        hold_because(HoldReason.RECHECKS_USED_UP, day.vitals_id("14:00"), day.SESSION),
    ),
)


@pytest.mark.parametrize("history", [PREPARED, day.second_session()], ids=["with sessions left", "all used"])
def test_a_suspended_plan_is_said_to_be_suspended(work: Connection[Any], history: History) -> None:
    """Also once all its sessions are used, which says nothing of why a prescriber is needed."""
    suspended = PlanSuspended(plan_id=PLAN, because=SuspendedBecause.SAFETY)
    found = shown(work, given(history, at("2026-04-10 09:00", suspended, by=RIVERA)).recorded, "2026-04-10 10:00")
    facts = {one.fact: one.reason for one in found.waiting if one.decision == "resume_plan"}
    assert list(facts) == ["Plan 1 is suspended"]
    assert facts["Plan 1 is suspended"].startswith("Plan 1 is suspended: safety.")


def day_held() -> History:
    """A preparation session that took place, before any plan."""
    booked = SessionBooked(
        session_id=PREPARATION, kind=SessionKind.PREPARATION, number=1, starts_at=local("2026-03-10 10:00"),
        minutes=60, way=Way.REMOTE, is_psycholytic=False, therapist_id=LINDQVIST.actor_id, self_guided=False,
    )  # fmt: skip
    held = PreparationCompleted(
        session_id=PREPARATION, started_at=local("2026-03-10 10:00"), ended_at=local("2026-03-10 11:00")
    )
    return (at("2026-03-05 09:00", booked), at("2026-03-10 11:00", held))


def test_suicidal_thoughts_are_seen_first(work: Connection[Any]) -> None:
    (first, *_) = shown(work, given(*IN_DANGER).recorded, "2026-03-12 09:42").waiting
    assert first.group is Group.SEE_FIRST
    assert first.fact == "Item 9 above 0 (answer 1)"
    assert first.reason == "PHQ-9 14, 12 Mar 2026 08:51. Dosing is held until you record a review."
    assert first.decision == "review_safety"
    assert first.since == local("2026-03-12 08:51")


def test_a_hold_for_vitals_shows_the_numbers_and_the_limits(work: Connection[Any]) -> None:
    waiting = shown(work, given(*HELD).recorded, "2026-03-18 09:00").waiting
    held = next(one for one in waiting if one.group is Group.HOLDS)
    assert held.fact == "Held before dose 1: 168/96, rechecked 164/94"
    assert held.reason == "Plan 1 limits 160/90. 2 rechecks used."
    assert held.decision == "release_hold"
    assert held.since == day.on("14:00")


def test_a_late_release_waits_from_its_hour_on_not_from_the_booking(work: Connection[Any]) -> None:
    waiting = shown(work, given(day.DOSED).recorded, f"{day.DAY} 17:35").waiting
    late = next(one for one in waiting if one.fact == "Dosing session 1: not released")
    assert (late.group, late.since) == (Group.SEE_FIRST, day.on("17:05"))


def test_eligibility_waits_from_the_intake_on(work: Connection[Any]) -> None:
    history = given(INTAKE_DONE, at("2026-03-02 10:00", outcome("2026-03-02 10:00", 19))).recorded
    (one,) = shown(work, history, "2026-03-05 09:00").waiting
    assert (one.group, one.fact, one.reason) == (Group.ELIGIBILITY, "Intake complete 2 Mar 2026", "PHQ-9 19.")


def test_a_plan_is_to_be_issued_once_the_patient_is_eligible(work: Connection[Any]) -> None:
    (one,) = shown(work, given(CONSENTED).recorded, "2026-03-05 09:00", group=Group.PLANS).waiting
    assert one.decision == "issue_plan"
    assert one.since == local("2026-03-02 10:10")


def test_a_patient_without_a_prescriber_is_in_the_pool_of_all(work: Connection[Any]) -> None:
    found = shown(work, given(REFERRED).recorded, "2026-02-28 09:00", who=ABARA)
    (one,) = found.waiting
    assert (one.group, one.is_mine, one.decision) == (Group.POOL, False, "take_patient_from_pool")
    assert found.counts[Group.POOL] == 1


def test_without_a_team_the_one_on_call_sees_danger_first(work: Connection[Any]) -> None:
    alone = (
        REFERRED,
        at(
            "2026-02-27 09:00",
            outcome("2026-02-27 09:00", 20, 2),
            hold_because(HoldReason.SAFETY_ITEM, derived_id("outcome", "2026-02-27 09:00")),
        ),
    )
    history = given(*alone).recorded
    assert [one.group for one in shown(work, history, "2026-02-28 09:00", who=ABARA).waiting] == [
        Group.SEE_FIRST,
        Group.POOL,
    ]
    assert [one.group for one in shown(work, history, "2026-02-28 09:00", who=RIVERA).waiting] == [Group.POOL]


def test_a_therapist_has_no_decisions_of_a_prescriber(work: Connection[Any]) -> None:
    assert shown(work, given(*HELD).recorded, "2026-03-18 09:00", who=LINDQVIST).waiting == []


def test_counts_equal_the_lists_they_open(work: Connection[Any]) -> None:
    history = given(*IN_DANGER).recorded
    everything = shown(work, history, "2026-05-12 09:42")
    assert sum(everything.counts.values()) == len(everything.waiting) > 0
    for group in Group:
        assert len(shown(work, history, "2026-05-12 09:42", group=group).waiting) == everything.counts[group]
    assert everything.oldest_since == min(one.waiting_from for one in everything.waiting)


def test_who_doses_today_and_what_was_ordered_and_taken(work: Connection[Any]) -> None:
    over = (day.DOSED, at(f"{day.DAY} 14:30", day.dose("14:30", 250, dose_id=day.BOOSTER)))
    found = shown(work, given(*over).recorded, f"{day.DAY} 15:00")
    (today,) = found.today
    assert (today.session.number, today.taken_mg) == (1, Decimal(450))
    (supply,) = found.supply
    assert (supply.prescribed_mg, supply.taken_mg) == (Decimal(800), Decimal(450))
    (session,) = supply.sessions
    assert session.is_more


def test_a_follow_up_waits_from_a_week_before_its_day(work: Connection[Any]) -> None:
    history = given(day.RELEASED).recorded
    early = shown(work, history, "2026-03-19 09:00")
    assert early.counts[Group.FOLLOW_UPS] == 0
    late = shown(work, history, "2026-04-10 09:00", group=Group.FOLLOW_UPS)
    (one,) = late.waiting
    assert one.due_on is not None
    assert one.due_on <= date(2026, 4, 8)
    assert one.is_overdue
    assert one.fact.startswith("Follow-up overdue")
    done = FollowUpCompleted(
        completed_at=local("2026-04-01 09:00"), completed_by=RIVERA.actor_id, minutes=30, same_provider=True,
        decision=FollowUpDecision.CONTINUE, sessions_released=0,
    )  # fmt: skip
    seen = shown(work, given(day.RELEASED, at("2026-04-01 09:00", done)).recorded, "2026-04-10 09:00")
    assert seen.counts[Group.FOLLOW_UPS] == 0


def test_rows_are_the_same_after_replaying_twice(work: Connection[Any]) -> None:
    log = HistoryLog(given(*HELD).recorded)
    apply_all(log, [live_runner(work, log, PRESCRIBER_WORKLIST)])
    assert stored_rows(work, PRESCRIBER_WORKLIST) == folded(PRESCRIBER_WORKLIST, log.history())
    for _ in range(2):
        (rebuilt,) = rebuild(work, log, [PRESCRIBER_WORKLIST], holder="r")
        assert (rebuilt.differences, rebuilt.cells_compared > 0) == (0, True)


def test_more_doses_are_ordered_in_sight_of_the_notes_that_are_missing(work: Connection[Any]) -> None:
    (one,) = shown(work, given(CONSENTED, day_held()).recorded, "2026-03-12 09:00", group=Group.PLANS).waiting
    assert "No signed note on preparation session 1." in one.reason


def test_what_is_asked_in_writing_is_in_a_group_of_its_own(work: Connection[Any]) -> None:
    found = shown(work, given(PLANNED, at("2026-03-11 09:00", ASKED)).recorded, "2026-03-12 09:00").waiting
    (one,) = (one for one in found if one.group is Group.NOTES)
    assert (one.fact, one.decision) == ("Question to answer", "answer_question")
    assert one.since == local("2026-03-11 09:00")
