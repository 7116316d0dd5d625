"""A prescriber accepts responsibility for an episode from another."""

from datetime import datetime
from uuid import UUID

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.days import day_of
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.words import on
from domain.episode.plan.prescribing import PrescriberIsNotLicensed, PrescriberIsSuspended
from domain.episode.refusals import require_open_episode
from domain.episode.team.assign_care_team_member import CareTeamMemberAssigned
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.stream import change


class AcceptHandOver(Order):
    """Nothing more is asked."""


class HandOverAccepted(EpisodeEvent, stored_as="HandOverAccepted"):
    """Another prescriber took over the plan."""

    from_prescriber_id: UUID | None = None
    prescriber_id: UUID


@decides(Role.PRESCRIBER)
def accept_hand_over(
    episode: Episode, order: AcceptHandOver, *, by: Actor, network: Network, clinicians: Clinicians, now: datetime
) -> list[Event]:
    """Become the responsible prescriber. The plan stays another's: issue it again in one's own name."""
    require_open_episode(episode)
    moment = order.happened_at(now)
    responsible = episode.prescriber_at(moment)
    if responsible == by.actor_id:
        return []
    _require_may_prescribe(episode, clinicians, by.actor_id, moment, network)
    accepted = HandOverAccepted(from_prescriber_id=responsible, prescriber_id=by.actor_id)
    if episode.member(by.actor_id, Role.PRESCRIBER, moment) is not None:
        return [accepted]
    joined = CareTeamMemberAssigned(clinician_id=by.actor_id, role=Role.PRESCRIBER, from_at=moment)
    return [joined, accepted]


def _require_may_prescribe(
    episode: Episode, clinicians: Clinicians, who: UUID, moment: datetime, network: Network
) -> None:
    myself, today = clinicians.get(who), day_of(moment, network.zone)
    if myself is None or not myself.is_active_as(Role.PRESCRIBER):
        raise PrescriberIsSuspended
    if episode.intake is not None and not myself.is_licensed_in(episode.intake.home_state, today, Role.PRESCRIBER):
        raise PrescriberIsNotLicensed(state=episode.intake.home_state, day=on(today))


@evolve.register
def _(event: HandOverAccepted, episode: Episode, envelope: Envelope) -> Episode:
    return change(episode, handed_over_to=event.prescriber_id)
