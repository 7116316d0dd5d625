"""Suspend the plan: no dose under it until a prescriber resumes it."""

from enum import StrEnum
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.plan.plan import PlanStatus, Suspension
from domain.episode.plan.which_plan import current_plan, with_changed_plan
from domain.event import Envelope, Event
from domain.order import Order
from domain.sealed import FreeText, Sealed


class SuspendedBecause(StrEnum):
    CONTRAINDICATION = "contraindication"
    ADVERSE_EVENT = "adverse_event"
    EMERGENCY = "emergency"
    SAFETY = "safety"
    PRESCRIBER_GONE = "prescriber_gone"
    PATIENT_WISH = "patient_wish"
    OTHER = "other"


class SuspendPlan(Order):
    plan_id: UUID
    because: SuspendedBecause = SuspendedBecause.OTHER
    reason: FreeText


class PlanSuspended(EpisodeEvent, stored_as="PlanSuspended"):
    """A plan was suspended: no dose under it until a prescriber resumes it."""

    plan_id: UUID
    because: SuspendedBecause
    reason: Sealed[str] | None = None


@decides(Role.PRESCRIBER)
def suspend_plan(episode: Episode, order: SuspendPlan) -> list[Event]:
    """Suspend the plan in force. Monitoring and release of a session under way go on."""
    plan = current_plan(episode, order.plan_id)
    if plan.status is PlanStatus.SUSPENDED:
        return []
    return [PlanSuspended(plan_id=plan.plan_id, because=order.because, reason=order.reason)]


def suspensions(episode: Episode, because: SuspendedBecause) -> list[PlanSuspended]:
    """The suspension that follows from something recorded in the same decision; none where nothing is in force."""
    plan = episode.plan
    if plan is None or plan.status is not PlanStatus.IN_FORCE:
        return []
    return [PlanSuspended(plan_id=plan.plan_id, because=because)]


@evolve.register
def _(event: PlanSuspended, episode: Episode, envelope: Envelope) -> Episode:
    plan = episode.plans.get(event.plan_id)
    because = event.because.value
    return with_changed_plan(
        episode,
        event.plan_id,
        envelope,
        status=PlanStatus.SUSPENDED,
        suspensions=(*(plan.suspensions if plan else ()), Suspension(envelope.occurred_at, because)),
        suspended_because=because,
        suspended_at=envelope.occurred_at,
        suspended_in=envelope.version,
    )
