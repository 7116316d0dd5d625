"""Issue a treatment plan."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.days import day_of
from domain.decision import decides
from domain.episode.eligibility.of_age import require_of_age
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.plan.plan import Plan, PlanStatus, PlanTerms
from domain.episode.plan.prescribing import (
    require_days_ahead,
    require_eligible,
    require_licensed_prescriber,
    require_sessions_released,
    require_step_confirmed,
)
from domain.episode.plan.terms import require_terms_fit
from domain.episode.refusals import require_open_episode
from domain.episode.safety.high_risk import require_way_back
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import NewId, Order
from domain.patient.patient import Patient
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.stream import change


class IssuePlan(Order):
    plan_id: NewId
    terms: PlanTerms
    confirm_step: bool = False
    """The first dose is right although it is far above the one ordered before."""
    protocol_id: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9-]{1,40}$")
    """One that the network adopted; left out: that of the plan before, else the one in force."""


class ProtocolIsNotAdopted(Refused):
    """This network has not adopted {protocol_id}. Choose one of: {adopted}."""


class PlanIssued(EpisodeEvent, stored_as="PlanIssued"):
    """A prescriber issued a treatment plan; the plan before it ended."""

    plan_id: UUID
    number: int
    terms: PlanTerms
    prescriber_id: UUID
    licence_state: str
    protocol_id: str
    protocol_version: str


@decides(Role.PRESCRIBER)
def issue_plan(
    episode: Episode,
    order: IssuePlan,
    *,
    by: Actor,
    patient: Patient,
    protocol: Protocol,
    network: Network,
    clinicians: Clinicians,
    now: datetime,
) -> list[Event]:
    """Issue a treatment plan for an eligible patient; the plan before it ends."""
    require_open_episode(episode)
    if order.plan_id in episode.plans:
        return []
    moment = order.happened_at(now)
    today = day_of(moment, network.zone)
    protocol = _chosen(order.protocol_id, protocol, network)
    require_eligible(episode, protocol, today)
    require_of_age(episode, patient)
    require_way_back(episode)
    state = require_licensed_prescriber(episode, clinicians, by.actor_id, today)
    require_terms_fit(order.terms, protocol, episode.intake.weight if episode.intake else None)
    require_days_ahead(order.terms, moment, network)
    require_sessions_released(episode, None, order.terms, protocol)
    if episode.plan is not None:
        last_mg = episode.plan.terms.next_dose_mg
        require_step_confirmed(order.terms.next_dose_mg, last_mg, order.confirm_step, protocol)
    return [
        PlanIssued(
            plan_id=order.plan_id,
            number=episode.last_plan_number + 1,
            terms=order.terms,
            prescriber_id=by.actor_id,
            licence_state=state,
            protocol_id=protocol.protocol_id,
            protocol_version=protocol.protocol_version,
        )
    ]


def _chosen(protocol_id: str | None, own: Protocol, network: Network) -> Protocol:
    """The newest adopted version of the protocol named, or of the one the episode is under."""
    found = network.newest_of(protocol_id or own.protocol_id)
    if found is not None:
        return found
    if protocol_id in (None, own.protocol_id):
        return own
    adopted = ", ".join(sorted({known for known, _ in network.adoptions}))
    raise ProtocolIsNotAdopted(field="protocol_id", protocol_id=protocol_id, adopted=adopted)


@evolve.register
def _(event: PlanIssued, episode: Episode, envelope: Envelope) -> Episode:
    issued = Plan(
        entry_id=envelope.event_id,
        plan_id=event.plan_id,
        number=event.number,
        version=1,
        terms=event.terms,
        status=PlanStatus.IN_FORCE,
        prescriber_id=event.prescriber_id,
        issued_at=envelope.occurred_at,
        protocol_version=event.protocol_version,
        protocol_id=event.protocol_id,
        licence_state=event.licence_state,
        issued_in=envelope.version,
    )
    ended = {plan_id: change(plan, status=PlanStatus.ENDED) for plan_id, plan in episode.plans.items()}
    return change(
        episode,
        plans={**ended, event.plan_id: issued},
        plan_id=event.plan_id,
        last_plan_number=max(event.number, episode.last_plan_number),
    )
