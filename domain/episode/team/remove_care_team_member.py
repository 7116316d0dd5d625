"""Remove a member from the care team."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.team.assign_care_team_member import TeamRole
from domain.episode.team.team import TeamMember
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change


class IsNotOnTheCareTeam(Refused):
    """This person was never on the care team as {role}. Nothing is to be removed."""


class NobodyWouldBeWithThePatient(Refused):
    """A dosing session is under way, and nobody else on the team may record in it. Assign another therapist first."""


class RemoveCareTeamMember(Order):
    clinician_id: UUID
    role: TeamRole
    until_at: AwareDatetime | None = None
    """Now, where left out."""
    reason: FreeText | None = None


class CareTeamMemberRemoved(EpisodeEvent, stored_as="CareTeamMemberRemoved"):
    """Somebody's place on the patient's care team ended, and with it their access."""

    clinician_id: UUID
    role: Role
    until_at: datetime
    reason: Sealed[str] | None = None


@decides(Role.COORDINATOR, Role.THERAPIST, Role.PRESCRIBER)
def remove_care_team_member(episode: Episode, order: RemoveCareTeamMember, *, now: datetime) -> list[Event]:
    """End somebody's place on the care team; with it ends their access, at the next request."""
    until_at = order.until_at or order.happened_at(now)
    places = [m for m in episode.team if (m.clinician_id, m.role) == (order.clinician_id, order.role)]
    if not places:
        raise IsNotOnTheCareTeam(field="clinician_id", role=order.role)
    if not any(m.until_at is None or m.until_at > until_at for m in places):
        return []
    if order.role is Role.THERAPIST and _leaves_a_session_alone(episode, order.clinician_id, until_at, now):
        raise NobodyWouldBeWithThePatient(field="clinician_id")
    return [
        CareTeamMemberRemoved(clinician_id=order.clinician_id, role=order.role, until_at=until_at, reason=order.reason)
    ]


def _leaves_a_session_alone(episode: Episode, leaving: UUID, until_at: datetime, now: datetime) -> bool:
    """Who loses their access could not record vitals, an emergency or the end; a later day is planned for by then."""
    if until_at > now or not any(session.is_running for session in episode.sessions.values()):
        return False
    return not any(one.clinician_id != leaving for one in episode.members_at(now, Role.THERAPIST))


@evolve.register
def _(event: CareTeamMemberRemoved, episode: Episode, envelope: Envelope) -> Episode:
    return change(episode, team=tuple(_ended(m, event) for m in episode.team))


def _ended(member: TeamMember, event: CareTeamMemberRemoved) -> TeamMember:
    is_meant = (member.clinician_id, member.role) == (event.clinician_id, event.role)
    goes_on = member.until_at is None or member.until_at > event.until_at
    return change(member, until_at=event.until_at) if is_meant and goes_on else member
