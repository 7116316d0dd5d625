"""Look again at the plan when the network has adopted another version of its protocol: a policy does."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.plan.plan import Plan, PlanRecheck, PlanStatus
from domain.episode.plan.terms import Problem, problems_with_terms
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.protocol.protocol import Protocol
from domain.stream import change


class PlanRechecked(EpisodeEvent, stored_as="PlanRechecked"):
    """The terms of a plan in force were held against a protocol that the network has adopted since."""

    plan_id: UUID
    plan_version: int
    protocol_id: str
    protocol_version: str
    does_not_fit: tuple[str, ...]
    """Names of the terms that protocol would not admit; empty: what was found before is no longer so."""


class RecheckPlan(Order):
    pass


@decides(Role.SYSTEM)
def recheck_plan(
    episode: Episode, order: RecheckPlan, *, network: Network, protocol: Protocol, now: datetime
) -> list[Event]:
    """Say which terms the newest version of the plan's protocol would not admit; nothing where all is as it was.

    The plan stays in force as it is, under the version it was made under: a prescriber amends it.
    """
    plan = episode.plan
    if plan is None or plan.status is PlanStatus.ENDED or episode.closed_at is not None:
        return []
    newest = network.newest_of(plan.protocol_id or protocol.protocol_id) or protocol
    made_under = network.protocol_of(plan.protocol_id, plan.protocol_version)
    weight = episode.intake.weight if episode.intake else None
    admitted = set(problems_with_terms(plan.terms, made_under, weight))
    now_wrong = (one for one in problems_with_terms(plan.terms, newest, weight) if one not in admitted)
    does_not_fit = tuple(dict.fromkeys(_terms_of(now_wrong)))
    if does_not_fit == _known(episode, plan):
        return []
    return [
        PlanRechecked(
            plan_id=plan.plan_id,
            plan_version=plan.version,
            protocol_id=newest.protocol_id,
            protocol_version=newest.protocol_version,
            does_not_fit=does_not_fit,
        )
    ]


def _terms_of(problems: Iterator[Problem]) -> Iterator[str]:
    for problem in problems:
        yield problem.field.removeprefix("terms.").partition(".")[0]


def _known(episode: Episode, plan: Plan) -> tuple[str, ...]:
    """What was found of these very terms before."""
    found = episode.plan_recheck
    return found.does_not_fit if found is not None and found.is_of(plan) else ()


@evolve.register
def _(event: PlanRechecked, episode: Episode, envelope: Envelope) -> Episode:
    found = PlanRecheck(
        entry_id=envelope.event_id,
        plan_id=event.plan_id,
        plan_version=event.plan_version,
        protocol=f"{event.protocol_id} {event.protocol_version}",
        does_not_fit=event.does_not_fit,
        found_at=envelope.occurred_at,
    )
    return change(episode, plan_recheck=found)
