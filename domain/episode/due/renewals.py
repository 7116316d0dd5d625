"""What runs out on a known day while doses are still to come: eligibility and the plan. Renewed before, not after."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from domain.actor import Role
from domain.episode.due.obligation import Obligation, whose
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.episode import Episode
from domain.episode.gates.doses import sessions_left
from domain.episode.gates.gate import Question
from domain.episode.gates.words import on
from domain.episode.plan.plan import PlanStatus


def renewals(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """From so many days before the last day, through that day; afterwards the gate itself is closed and says so."""
    notice = asked.protocol.numbers.renewal_notice_days
    plan, found = episode.plan, episode.eligibility
    if notice is None or plan is None or plan.status is not PlanStatus.IN_FORCE or sessions_left(episode, plan) == 0:
        return
    until = asked.today + timedelta(days=notice.value)
    last_day = found.valid_until if found and found.outcome is EligibilityOutcome.ELIGIBLE else None
    if found is not None and last_day is not None and asked.today <= last_day <= until:
        why = f"Eligible until {on(last_day)}, that day included."
        yield _renewal("eligibility", why, last_day, "2", found.entry_id, episode, asked)
    if asked.today <= plan.expires_on <= until:
        why = f"Plan {plan.number} ends on {on(plan.expires_on)}, with sessions left."
        yield _renewal("plan", why, plan.expires_on, "3", plan.entry_id, episode, asked)


def _renewal(
    what: str, why: str, last_day: date, rule: str, entry_id: UUID, episode: Episode, asked: Question
) -> Obligation:
    decisions = {"eligibility": "determine_eligibility", "plan": "issue_plan"}
    return Obligation(
        key=f"renew_{what}",
        what=f"Renew {'eligibility' if what == 'eligibility' else 'the plan'}",
        why=why,
        with_role=Role.PRESCRIBER,
        with_id=whose(episode, Role.PRESCRIBER, asked.now),
        due_on=last_day,
        rule=rule,
        decision=decisions[what],
        entries=(entry_id,),
    )
