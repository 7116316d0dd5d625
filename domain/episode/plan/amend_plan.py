"""Amend the plan in force: the complete terms again, with what changed and why."""

from datetime import datetime
from uuid import UUID

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.days import day_of
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.plan.plan import PlanTerms
from domain.episode.plan.prescribing import (
    require_days_ahead,
    require_eligible,
    require_licensed_prescriber,
    require_own_plan,
    require_sessions_released,
    require_step_confirmed,
)
from domain.episode.plan.terms import require_terms_fit
from domain.episode.plan.which_plan import current_plan, with_changed_plan
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.sealed import FreeText, Sealed


class AmendPlan(Order):
    plan_id: UUID
    plan_version: int | None = None
    """The version that was on the form."""
    terms: PlanTerms
    reason: FreeText
    confirm_step: bool = False


class PlanAmended(EpisodeEvent, stored_as="PlanAmended"):
    """A plan was amended: these are its terms from now on."""

    plan_id: UUID
    version: int
    terms: PlanTerms
    changed: tuple[str, ...]
    """Names of the terms that changed."""
    reason: Sealed[str]


@decides(Role.PRESCRIBER)
def amend_plan(
    episode: Episode,
    order: AmendPlan,
    *,
    by: Actor,
    protocol: Protocol,
    network: Network,
    clinicians: Clinicians,
    now: datetime,
) -> list[Event]:
    """Change the terms of one's own plan; what was done under the old ones stays as it was."""
    require_open_episode(episode)
    plan = current_plan(episode, order.plan_id)
    changed = tuple(n for n in PlanTerms.model_fields if getattr(plan.terms, n) != getattr(order.terms, n))
    if not changed:
        return []
    current_plan(episode, order.plan_id, order.plan_version)
    require_own_plan(plan, by.actor_id)
    moment = order.happened_at(now)
    today = day_of(moment, network.zone)
    require_eligible(episode, protocol, today)
    require_licensed_prescriber(episode, clinicians, by.actor_id, today)
    require_terms_fit(order.terms, protocol, episode.intake.weight if episode.intake else None)
    require_days_ahead(order.terms, moment, network)
    require_sessions_released(episode, plan, order.terms, protocol)
    require_step_confirmed(order.terms.next_dose_mg, plan.terms.next_dose_mg, order.confirm_step, protocol)
    return [
        PlanAmended(
            plan_id=plan.plan_id, version=plan.version + 1, terms=order.terms, changed=changed, reason=order.reason
        )
    ]


@evolve.register
def _(event: PlanAmended, episode: Episode, envelope: Envelope) -> Episode:
    return with_changed_plan(
        episode,
        event.plan_id,
        envelope,
        terms=event.terms,
        version=event.version,
        amended_at=envelope.occurred_at,
    )
