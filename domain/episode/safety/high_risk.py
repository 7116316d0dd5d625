"""High suicide risk on the C-SSRS: what it stops, and the five conditions that lead back (rule 21, case P5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol as Shape
from uuid import UUID

from domain.actor import Role
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.episode import Episode
from domain.episode.outcome.outcomes import Outcome
from domain.episode.plan.plan import PlanStatus
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause, suspensions
from domain.episode.safety.holds import open_holds
from domain.episode.safety.safety import StandingReview
from domain.refusal import Refused

HIGH = "high"
"""The level of a triage that stops dosing whoever signs."""


class HighRiskStands(Refused):
    """High suicide risk stands since the C-SSRS of this course. still missing: {left}."""

    rule = "21.high"


class WithLevel(Shape):
    """An outcome, recorded or corrected, that may have reached a level."""

    @property
    def level(self) -> str | None: ...


@dataclass(frozen=True)
class Condition:
    """One condition of the way back: what it is, whether it is met, and who meets it with which decision."""

    missing: str
    is_met: bool
    decision: str
    by: Role = Role.PRESCRIBER
    entries: tuple[UUID, ...] = ()


def is_high(outcome: WithLevel) -> bool:
    return outcome.level == HIGH


def suspended_for_safety(episode: Episode) -> list[PlanSuspended]:
    """The plan in force rests with it, so that somebody has to resume it."""
    return suspensions(episode, SuspendedBecause.SAFETY)


def high_risk(episode: Episode) -> Outcome | None:
    """The screening that was last known to find high risk, whatever has happened since; imported history finds none.

    One of an earlier course, from which nobody has led the patient back, counts from when it was known here.
    """
    found = [o for o in episode.outcomes.values() if is_high(o) and not o.is_imported]
    if episode.earlier_high is not None:
        found.append(episode.earlier_high)
    return max(found, key=lambda outcome: outcome.known_in, default=None)


def way_back(episode: Episode, high: Outcome) -> tuple[Condition, ...]:
    """The five conditions in the order in which they are usually met. Any four of them do not do.

    Each has to have become known after the high risk did: what was signed before was signed without knowing of it.
    """
    return (*before_the_plan(episode, high), _plan_resumed(episode))


def before_the_plan(episode: Episode, high: Outcome) -> tuple[Condition, ...]:
    """The four that come before the plan is resumed."""
    return (_reassessed(episode, high), _newer(episode, high), _safety_plan(episode, high), _eligible(episode, high))


def require_way_back(episode: Episode) -> None:
    """Refuse to put a plan in force while high risk stands."""
    high = high_risk(episode)
    missing = [c.missing for c in before_the_plan(episode, high) if not c.is_met] if high else []
    if missing:
        raise HighRiskStands(left="; ".join(missing))


def standing_review(episode: Episode, instrument: str, answer: int, day: date) -> StandingReview | None:
    """The latest standing review that covers an answer on that day: none while the newest triage is above low (P3)."""
    newest = max(_triages(episode), key=lambda outcome: outcome.taken_at, default=None)
    if newest is not None and newest.safety_item_is_positive and newest.instrument != instrument:
        return None
    covering = (review for review in episode.standing_reviews if review.covers(instrument, answer, day))
    return max(covering, key=lambda review: review.signed_at, default=None)


def _triages(episode: Episode) -> Iterable[Outcome]:
    """Answered triages of this course: they have a level, or are above low for certain."""
    live = (o for o in episode.outcomes.values() if o.has_safety_item and not o.is_imported)
    return (o for o in live if o.level is not None or (o.total is None and o.safety_item_is_positive))


def _reassessed(episode: Episode, high: Outcome) -> Condition:
    if high is episode.earlier_high:
        is_held = any(hold.because_of == high.outcome_id for hold in open_holds(episode))
        return Condition("a prescriber's reassessment", not is_held, "review_safety")
    entry = episode.safety_reviews.get(high.safety_review_id) if high.safety_review_id else None
    return Condition(
        "a prescriber's reassessment", entry is not None, "review_safety", entries=(entry,) if entry else ()
    )


def _newer(episode: Episode, high: Outcome) -> Condition:
    """Newer than every high one, also than one that was known before and taken later: entries come in any order."""
    live = [o for o in episode.outcomes.values() if o.instrument == high.instrument and not o.is_imported]
    last_high_at = max([high.taken_at, *(o.taken_at for o in live if is_high(o))])
    newer = [o for o in live if o.level not in (None, HIGH) and o.known_in > high.known_in]
    latest = max((o for o in newer if o.taken_at > last_high_at), key=lambda o: o.taken_at, default=None)
    entries = (latest.entry_id,) if latest else ()
    return Condition("a newer C-SSRS that is not high", latest is not None, "record_outcome", Role.THERAPIST, entries)


def _safety_plan(episode: Episode, high: Outcome) -> Condition:
    made = [plan for plan in episode.safety_plans.values() if plan.known_in > high.known_in]
    entries = tuple(plan.entry_id for plan in made[-1:])
    return Condition("a safety plan with the patient", bool(made), "record_safety_plan", Role.THERAPIST, entries)


def _eligible(episode: Episode, high: Outcome) -> Condition:
    found = episode.eligibility
    is_new = found is not None and found.known_in > high.known_in and found.outcome is EligibilityOutcome.ELIGIBLE
    entries = (found.entry_id,) if found is not None and is_new else ()
    return Condition("eligibility determined anew", is_new, "determine_eligibility", entries=entries)


def _plan_resumed(episode: Episode) -> Condition:
    """High risk suspended the plan that was in force: one in force now was resumed, or issued, since."""
    plan = episode.plan
    is_resumed = plan is not None and plan.status is PlanStatus.IN_FORCE
    entries = (plan.entry_id,) if plan is not None and is_resumed else ()
    return Condition("the plan resumed", is_resumed, "resume_plan" if plan else "issue_plan", entries=entries)
