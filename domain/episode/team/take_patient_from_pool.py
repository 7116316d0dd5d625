"""A prescriber takes a patient from the referral pool."""

from datetime import datetime

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.episode.episode import Episode
from domain.episode.refusals import require_open_episode
from domain.episode.team.assign_care_team_member import CannotServeInThisRole, CareTeamMemberAssigned
from domain.event import Event
from domain.order import Order
from domain.refusal import Refused


class AnotherPrescriberHasThisPatient(Refused):
    """Another prescriber is on the care team already. Ask the coordinator if you are to take over."""


class TakePatientFromPool(Order):
    """Nothing more is asked."""


@decides(Role.PRESCRIBER)
def take_patient_from_pool(
    episode: Episode, order: TakePatientFromPool, *, by: Actor, clinicians: Clinicians, now: datetime
) -> list[Event]:
    """Assign oneself as the prescriber of a patient who has none."""
    require_open_episode(episode)
    myself = clinicians.get(by.actor_id)
    if myself is None or not myself.is_active_as(Role.PRESCRIBER):
        raise CannotServeInThisRole(role=Role.PRESCRIBER)
    moment = order.happened_at(now)
    prescribers = {m.clinician_id for m in episode.members_at(moment, Role.PRESCRIBER)}
    if by.actor_id in prescribers:
        return []
    if prescribers:
        raise AnotherPrescriberHasThisPatient
    return [CareTeamMemberAssigned(clinician_id=by.actor_id, role=Role.PRESCRIBER, from_at=moment, from_pool=True)]
