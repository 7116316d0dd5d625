"""Asking for one gate in a test: what it says at a checkpoint and a local time."""

from typing import Any
from uuid import UUID

from domain.derived import derived_id
from domain.episode.follow_up.complete_follow_up import FollowUpCompleted
from domain.episode.follow_up.follow_up import FollowUpDecision
from domain.episode.gates import Checkpoint, Gate
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.session.session import SessionEnd
from tests.domain.given import Happened, Scenario, at
from tests.domain.people import RIVERA, local
from tests.dosing_day import SECOND_SESSION, SESSION, booked, dose, ended, opened


def gate(
    scenario: Scenario,
    key: str,
    now: str,
    session_id: UUID | None = SESSION,
    checkpoint: Checkpoint = Checkpoint.OPEN,
    **grounds: Any,
) -> Gate:
    """The gate of that key."""
    asked: tuple[Gate, ...] = scenario.gates(checkpoint, now=now, session_id=session_id, **grounds)
    return next(found for found in asked if found.key == key)


def closed(
    scenario: Scenario,
    now: str,
    session_id: UUID | None = SESSION,
    checkpoint: Checkpoint = Checkpoint.OPEN,
    **grounds: Any,
) -> set[str]:
    """The keys of all gates that stand in the way."""
    asked = scenario.gates(checkpoint, now=now, session_id=session_id, **grounds)
    return {found.key for found in asked if found.stands_in_the_way}


def dosed_on(
    day: str,
    number: int,
    session_id: UUID,
    clock: str = "14:05",
    over: str = "16:30",
    ended_as: SessionEnd = SessionEnd.RELEASED,
    **changed: Any,
) -> tuple[Happened, ...]:
    """A dosing session of that day in which 200 mg were taken; `over` is when it ended."""
    dose_id = derived_id("dose", session_id)
    return (
        *at(f"{day} 09:00", booked(session_id, f"{day} 14:00", number, **changed)),
        *at(f"{day} 13:20", opened(session_id)),
        *at(f"{day} {clock}", dose(clock, session_id=session_id, day=day, dose_id=dose_id)),
        *at(f"{day} {over}", ended(over, ended_as, session_id, day)),
    )


def held_on(day: str, number: int, session_id: UUID) -> tuple[Happened, ...]:
    """A dosing session of that day that was held without a dose."""
    return (
        *at(f"{day} 09:00", booked(session_id, f"{day} 14:00", number)),
        *at(f"{day} 13:20", opened(session_id)),
        *at(f"{day} 14:20", ended("14:20", SessionEnd.HELD_NO_DOSE, session_id, day)),
    )


def followed_up(
    when: str, decision: FollowUpDecision = FollowUpDecision.CONTINUE, sessions_released: int = 6
) -> tuple[Happened, ...]:
    """A follow-up consult with Dr. Rivera."""
    visit = FollowUpCompleted(
        completed_at=local(when),
        completed_by=RIVERA.actor_id,
        minutes=30,
        same_provider=True,
        decision=decision,
        sessions_released=sessions_released,
    )
    return at(when, visit, by=RIVERA)


def phq9(
    when: str, answer: int | None = 0, *, total: int = 9, answered: bool = True, positive: bool | None = None
) -> tuple[Happened, ...]:
    """A PHQ-9 with that answer to item 9; not `answered`: a bare total."""
    outcome = OutcomeRecorded(
        outcome_id=outcome_id(when),
        instrument="phq-9",
        instrument_version="1",
        taken_at=local(when),
        total=total,
        band=None,
        has_safety_item=True,
        safety_answer=answer if answered else None,
        safety_item_is_positive=bool(answer) if positive is None else positive,
    )
    return at(when, outcome)


def outcome_id(when: str) -> UUID:
    return derived_id("outcome", when)


SESSION_2, SESSION_3 = SECOND_SESSION, derived_id("dosing", 3)
