"""The phase of a course in one word or two, as lists and banners show it."""

from datetime import datetime

from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.episode import Episode
from domain.episode.follow_up.follow_up import FollowUpDecision
from domain.episode.gates.doses import any_dosed, sessions_left

PHASES = (
    "Referred",
    "Intake",
    "Eligibility",
    "Plan",
    "Preparation",
    "Dosing",
    "Follow-up",
    "Ending",
    "Paused",
    "Discharged",
    "Imported",
)


def phase(episode: Episode, now: datetime) -> str:
    """One of PHASES; dosing with its count, such as "Dosing 3 of 6": sessions dosed of those authorised."""
    if episode.is_imported:
        return "Imported"
    if episode.closed_at is not None and episode.closed_at <= now:
        return "Discharged"
    if episode.paused_at is not None:
        return "Paused"
    return _under_way(episode)


def _under_way(episode: Episode) -> str:
    if episode.intake is None:
        return "Referred" if episode.intake_booked_for is None else "Intake"
    found = episode.eligibility
    if found is None or found.outcome is not EligibilityOutcome.ELIGIBLE:
        is_refused = found is not None and found.outcome is EligibilityOutcome.NOT_ELIGIBLE
        return "Ending" if is_refused else "Eligibility"
    if episode.plan is None:
        return "Plan"
    if not any_dosed(episode):
        return "Preparation"
    latest = max(episode.follow_ups, key=lambda visit: visit.completed_at, default=None)
    if latest is not None and latest.decision is FollowUpDecision.STOP:
        return "Ending"
    left, authorised = sessions_left(episode, episode.plan), episode.plan.terms.sessions_authorised
    return f"Dosing {authorised - left} of {authorised}" if left else "Follow-up"
