"""Resume a suspended plan."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.days import day_of
from domain.decision import decides
from domain.episode.eligibility.of_age import require_of_age
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.plan.plan import Plan, PlanStatus, Suspension
from domain.episode.plan.prescribing import require_eligible, require_licensed_prescriber
from domain.episode.plan.which_plan import current_plan, with_plan
from domain.episode.refusals import require_open_episode
from domain.episode.safety.high_risk import require_way_back
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.patient.patient import Patient
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed


class EligibilityIsOlderThanTheCause(Refused):
    """Eligibility is older than the last finding on contraindications. Determine it anew, then resume the plan."""

    rule = "22"


class AdverseEventIsNotReviewed(Refused):
    """An adverse event waits for review, or its review said to stop. Review it first, then resume the plan."""

    rule = "25"


class ResumePlan(Order):
    plan_id: UUID
    reason: FreeText


class PlanResumed(EpisodeEvent, stored_as="PlanResumed"):
    """A suspended plan is in force again."""

    plan_id: UUID
    reason: Sealed[str]


@decides(Role.PRESCRIBER)
def resume_plan(
    episode: Episode,
    order: ResumePlan,
    *,
    by: Actor,
    patient: Patient,
    protocol: Protocol,
    network: Network,
    clinicians: Clinicians,
    now: datetime,
) -> list[Event]:
    """Put a suspended plan in force again, once what suspended it is settled."""
    require_open_episode(episode)
    plan = current_plan(episode, order.plan_id)
    if plan.status is PlanStatus.IN_FORCE:
        return []
    today = day_of(order.happened_at(now), network.zone)
    require_licensed_prescriber(episode, clinicians, by.actor_id, today)
    require_eligible(episode, protocol, today)
    require_of_age(episode, patient)
    require_way_back(episode)
    _require_cause_settled(episode, plan)
    return [PlanResumed(plan_id=plan.plan_id, reason=order.reason)]


def _require_cause_settled(episode: Episode, plan: Plan) -> None:
    at, version = plan.suspended_at, plan.suspended_in
    since = [c for c in episode.contraindications.values() if at and (c.found_at >= at or c.known_in > version)]
    if not all(c.is_considered_in(episode.eligibility) for c in since):
        raise EligibilityIsOlderThanTheCause
    if any(a.needs_review or a.dosing_may_go_on is False for a in episode.adverse_events.values()):
        raise AdverseEventIsNotReviewed


@evolve.register
def _(event: PlanResumed, episode: Episode, envelope: Envelope) -> Episode:
    plan = episode.plans.get(event.plan_id)
    over = tuple(_until(one, envelope.occurred_at) for one in plan.suspensions) if plan else ()
    return with_plan(
        episode,
        event.plan_id,
        status=PlanStatus.IN_FORCE,
        suspensions=over,
        suspended_because=None,
        suspended_at=None,
    )


def _until(one: Suspension, moment: datetime) -> Suspension:
    return one if one.until is not None else replace(one, until=moment)
