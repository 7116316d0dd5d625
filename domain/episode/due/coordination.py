"""What coordination owes: gaps in care, and patients flagged for a review of the caseload."""

from collections.abc import Iterable
from datetime import timedelta

from domain.actor import Role
from domain.days import day_of
from domain.episode.due.obligation import Obligation, whose
from domain.episode.episode import Episode
from domain.episode.gates.gate import Question
from domain.episode.gates.words import on


def coordination(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Each gap by its day; a flag by the next review that the protocol expects."""
    coordinator = whose(episode, Role.COORDINATOR, asked.now)
    for gap in episode.care_gaps.values():
        if gap.closed_at is None:
            raised_on = on(day_of(gap.raised_at, asked.network.zone))
            yield Obligation(
                key=f"care_gap:{gap.gap_id}",
                what=f"Mend: {gap.kind.value.replace('_', ' ')}",
                why=f"Raised {raised_on}.",
                with_role=Role.COORDINATOR,
                with_id=coordinator,
                due_on=gap.due_on,
                decision="close_care_gap",
                entries=(gap.entry_id,),
            )
    every = asked.protocol.numbers.caseload_review_days
    if episode.discussion is not None and every is not None:
        flagged_on = day_of(episode.discussion.flagged_at, asked.network.zone)
        yield Obligation(
            key="discussion",
            what="Discuss in the caseload review",
            why=f"Flagged {on(flagged_on)}.",
            with_role=Role.COORDINATOR,
            with_id=coordinator,
            due_on=flagged_on + timedelta(days=every.value),
            decision="record_caseload_review",
            entries=(episode.discussion.entry_id,),
        )
