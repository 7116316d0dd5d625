"""Whether a course is coming to its end: then discharge is owed, and little else."""

from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.episode import Episode
from domain.episode.follow_up.follow_up import FollowUpDecision


def is_ending(episode: Episode) -> bool:
    """The patient was found not eligible, or the newest follow-up decided to stop."""
    found = episode.eligibility
    is_refused = found is not None and found.outcome is EligibilityOutcome.NOT_ELIGIBLE
    latest = max(episode.follow_ups, key=lambda visit: visit.completed_at, default=None)
    return is_refused or (latest is not None and latest.decision is FollowUpDecision.STOP)
