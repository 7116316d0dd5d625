"""Set the dose for the next session: the prescriber's alone."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.days import day_of
from domain.decision import decides
from domain.episode.dosing.dose_arithmetic import plain
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.plan.plan import Milligrams
from domain.episode.plan.prescribing import require_licensed_prescriber, require_own_plan, require_step_confirmed
from domain.episode.plan.terms import cannot_make
from domain.episode.plan.which_plan import current_plan, with_changed_plan
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed


class DoseCannotBeMade(Refused):
    """{says} Choose an amount the tablets make, or amend the plan."""

    rule = "15"


class DoseIsAboveTheMaximum(Refused):
    """{dose_mg} mg is above plan {number}'s maximum of {maximum_mg} mg a session. Amend the plan first."""

    rule = "15"


class SetNextDose(Order):
    plan_id: UUID
    plan_version: int | None = None
    """The version that was on the form."""
    next_dose_mg: Milligrams
    reason: FreeText
    confirm_step: bool = False
    """The dose is right although it is far above the one ordered before."""


class NextDoseSet(EpisodeEvent, stored_as="NextDoseSet"):
    """The next dose under the plan was set."""

    plan_id: UUID
    next_dose_mg: Decimal
    was_mg: Decimal
    version: int
    """The plan's version from here on."""
    reason: Sealed[str]


@decides(Role.PRESCRIBER)
def set_next_dose(
    episode: Episode,
    order: SetNextDose,
    *,
    by: Actor,
    protocol: Protocol,
    network: Network,
    clinicians: Clinicians,
    now: datetime,
) -> list[Event]:
    """Set the dose for the next session within the plan's maximum; the booster offered then is what is left of it."""
    require_open_episode(episode)
    plan = current_plan(episode, order.plan_id)
    if plan.terms.next_dose_mg == order.next_dose_mg:
        return []
    current_plan(episode, order.plan_id, order.plan_version)
    require_own_plan(plan, by.actor_id)
    require_licensed_prescriber(episode, clinicians, by.actor_id, day_of(order.happened_at(now), network.zone))
    if says := cannot_make(order.next_dose_mg, plan.terms.tablets):
        raise DoseCannotBeMade(field="next_dose_mg", says=says)
    if order.next_dose_mg > plan.terms.maximum_mg:
        raise DoseIsAboveTheMaximum(
            field="next_dose_mg",
            dose_mg=plain(order.next_dose_mg),
            number=plan.number,
            maximum_mg=plain(plan.terms.maximum_mg),
        )
    require_step_confirmed(order.next_dose_mg, plan.terms.next_dose_mg, order.confirm_step, protocol)
    return [
        NextDoseSet(
            plan_id=plan.plan_id,
            next_dose_mg=order.next_dose_mg,
            was_mg=plan.terms.next_dose_mg,
            version=plan.version + 1,
            reason=order.reason,
        )
    ]


@evolve.register
def _(event: NextDoseSet, episode: Episode, envelope: Envelope) -> Episode:
    plan = episode.plans.get(event.plan_id)
    if plan is None:
        return episode
    terms = plan.terms.model_copy(update={"next_dose_mg": event.next_dose_mg})
    return with_changed_plan(episode, event.plan_id, envelope, terms=terms, version=event.version)
