"""Assign a member to the care team."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.refusals import require_open_episode
from domain.episode.team.team import TeamMember
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change

TeamRole = Literal[Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR]


class CannotServeInThisRole(Refused):
    """This person is not an active {role} of this network. Choose somebody else, or have them admitted as one."""

    rule = "17"


class AssignmentEndsBeforeItBegins(Refused):
    """The assignment would end before it begins. Mend one of the two times."""


class AssignCareTeamMember(Order):
    clinician_id: UUID
    role: TeamRole
    from_at: AwareDatetime | None = None
    """Now, where left out."""
    until_at: AwareDatetime | None = None
    reason: FreeText | None = None


class CareTeamMemberAssigned(EpisodeEvent, stored_as="CareTeamMemberAssigned"):
    """Somebody was given a place on the patient's care team, from a moment on."""

    clinician_id: UUID
    role: Role
    from_at: datetime
    until_at: datetime | None = None
    reason: Sealed[str] | None = None
    from_pool: bool = False


@decides(Role.COORDINATOR, Role.THERAPIST, Role.PRESCRIBER, Role.SYSTEM)
def assign_care_team_member(
    episode: Episode, order: AssignCareTeamMember, *, clinicians: Clinicians, now: datetime
) -> list[Event]:
    """Assign somebody to the care team in a role, from and until; they see the episode from then on."""
    if not episode.is_imported:  # no care is decided in imported history, but a team reads it
        require_open_episode(episode)
    person = clinicians.get(order.clinician_id)
    if person is None or not person.is_active_as(order.role):
        raise CannotServeInThisRole(field="clinician_id", role=order.role)
    from_at = order.from_at or order.happened_at(now)
    if order.until_at is not None and order.until_at <= from_at:
        raise AssignmentEndsBeforeItBegins(field="until_at")
    on_team = episode.member(order.clinician_id, order.role, from_at)
    if on_team is not None and on_team.until_at == order.until_at:
        return []
    return [
        CareTeamMemberAssigned(
            clinician_id=order.clinician_id,
            role=order.role,
            from_at=from_at,
            until_at=order.until_at,
            reason=order.reason,
        )
    ]


@evolve.register
def _(event: CareTeamMemberAssigned, episode: Episode, envelope: Envelope) -> Episode:
    member = TeamMember(envelope.event_id, event.clinician_id, event.role, event.from_at, event.until_at)
    others = tuple(m for m in episode.team if not m.is_replaced_by(member))
    return change(episode, team=(*others, member))
