"""A colleague covers for somebody on the care team, with a reason and an end: their access ends with it."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.refusals import require_open_episode
from domain.episode.team.assign_care_team_member import AssignmentEndsBeforeItBegins, CannotServeInThisRole
from domain.episode.team.remove_care_team_member import IsNotOnTheCareTeam
from domain.episode.team.team import TeamMember
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change


class NobodyCoversForThemselves(Refused):
    """A cover is somebody else than the person covered for. Choose a colleague."""


class ArrangeCover(Order):
    for_id: UUID
    """Who is away; they stay on the care team."""
    clinician_id: UUID
    """Who covers."""
    from_at: AwareDatetime | None = None
    until_at: AwareDatetime
    reason: FreeText


class CoverArranged(EpisodeEvent, stored_as="CoverArranged"):
    """A colleague stands in for a member of the care team, from one moment until another."""

    for_id: UUID
    clinician_id: UUID
    role: Role
    from_at: datetime
    until_at: datetime
    reason: Sealed[str]


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def arrange_cover(episode: Episode, order: ArrangeCover, *, clinicians: Clinicians, now: datetime) -> list[Event]:
    """Let a colleague of the same profession stand in, from and until; alerts and dues of the other go to them."""
    require_open_episode(episode)
    from_at = order.from_at or order.happened_at(now)
    covered = [m for m in episode.members_at(max(from_at, now)) if m.clinician_id == order.for_id]
    if not covered:
        raise IsNotOnTheCareTeam(field="for_id", role="a member")
    if order.clinician_id == order.for_id:
        raise NobodyCoversForThemselves(field="clinician_id")
    if order.until_at <= max(from_at, now):
        raise AssignmentEndsBeforeItBegins(field="until_at")
    role, colleague = covered[0].role, clinicians.get(order.clinician_id)
    if colleague is None or not colleague.is_active_as(role):
        raise CannotServeInThisRole(field="clinician_id", role=role)
    known = episode.member(order.clinician_id, role, from_at)
    if known is not None and (known.covers_for, known.until_at) == (order.for_id, order.until_at):
        return []
    return [
        CoverArranged(
            for_id=order.for_id,
            clinician_id=order.clinician_id,
            role=role,
            from_at=from_at,
            until_at=order.until_at,
            reason=order.reason,
        )
    ]


@evolve.register
def _(event: CoverArranged, episode: Episode, envelope: Envelope) -> Episode:
    member = TeamMember(
        envelope.event_id, event.clinician_id, event.role, event.from_at, event.until_at, covers_for=event.for_id
    )
    others = tuple(m for m in episode.team if not m.is_replaced_by(member))
    return change(episode, team=(*others, member))
