"""What is due because the protocol has changed: a plan whose terms it would not admit any more is amended."""

from collections.abc import Iterable

from domain.actor import Role
from domain.days import day_of
from domain.episode.due.obligation import Obligation, with_whom
from domain.episode.episode import Episode
from domain.episode.gates.gate import Question
from domain.episode.gates.words import all_of
from domain.episode.plan.plan import PlanStatus
from domain.protocol.words import number_words


def plan_to_amend(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Until the terms are amended or another plan is issued; doses go on under the version the plan was made under."""
    found, plan = episode.plan_recheck, episode.plan
    if found is None or plan is None or plan.status is PlanStatus.ENDED or not found.is_of(plan):
        return
    if not found.does_not_fit:
        return
    terms = all_of([number_words(name).lower() for name in found.does_not_fit])
    yield Obligation(
        key=f"plan_to_amend:{plan.plan_id}",
        what="Plan to amend",
        why=f"The protocol {found.protocol} would not admit of plan {plan.number}: {terms}.",
        with_role=Role.PRESCRIBER,
        with_id=with_whom(episode, plan.prescriber_id, Role.PRESCRIBER, asked.now),
        due_on=day_of(found.found_at, asked.network.zone),
        rule="3",
        decision="amend_plan",
        entries=(found.entry_id,),
    )
