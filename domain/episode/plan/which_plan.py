"""Finding the plan an order names, and changing one in the state."""

from typing import Any
from uuid import UUID

from domain.episode.episode import Episode
from domain.episode.plan.plan import Plan, PlanChange, PlanStatus
from domain.event import Envelope
from domain.refusal import Refused
from domain.stream import change, put


class PlanIsUnknown(Refused):
    """There is no such plan in this episode. A prescriber issues one first."""

    rule = "3"


class PlanHasEnded(Refused):
    """Plan {number} has ended; plan {current} took its place. Open the current plan and decide there."""

    rule = "3"


class PlanWasChanged(Refused):
    """Plan {number} was changed while this was open: it is version {version} now. Look at it and decide again."""

    rule = "3"


def current_plan(episode: Episode, plan_id: UUID, version: int | None = None) -> Plan:
    """The plan of that id, if it has not ended; `version` is the one that was on the form."""
    plan = episode.plans.get(plan_id)
    if plan is None:
        raise PlanIsUnknown(field="plan_id")
    if plan.status is PlanStatus.ENDED:
        current = episode.plan.number if episode.plan else plan.number
        raise PlanHasEnded(field="plan_id", number=plan.number, current=current)
    if version is not None and version != plan.version:
        raise PlanWasChanged(field="plan_version", number=plan.number, version=plan.version)
    return plan


def with_plan(episode: Episode, plan_id: UUID, **fields: Any) -> Episode:
    """The episode with that plan changed; unchanged where there is no such plan (any more)."""
    plan = episode.plans.get(plan_id)
    if plan is None:
        return episode
    return change(episode, plans=put(episode.plans, plan_id, change(plan, **fields)))


def with_changed_plan(episode: Episode, plan_id: UUID, envelope: Envelope, **fields: Any) -> Episode:
    """The same, where a dose cleared under the plan as it was must not be taken any more."""
    plan = episode.plans.get(plan_id)
    if plan is None:
        return episode
    was = plan.terms if "terms" in fields else None
    changed = PlanChange(envelope.occurred_at, envelope.version, was)
    return with_plan(episode, plan_id, changes=(*plan.changes, changed), **fields)
