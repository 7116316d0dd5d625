"""The care team of an episode, and what rested on a licence or training that does not count any more."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.actor import Role


@dataclass(frozen=True)
class TeamMember:
    entry_id: UUID
    clinician_id: UUID
    role: Role
    from_at: datetime
    until_at: datetime | None = None
    covers_for: UUID | None = None
    """The member they stand in for."""

    def is_on_team_at(self, moment: datetime) -> bool:
        return self.from_at <= moment and (self.until_at is None or moment < self.until_at)

    def is_replaced_by(self, other: "TeamMember") -> bool:
        """The same person in the same role, still on the team when the other place begins."""
        is_same = (self.clinician_id, self.role) == (other.clinician_id, other.role)
        return is_same and self.is_on_team_at(other.from_at)


class CredentialProblem(StrEnum):
    """Why somebody may not do what a plan or a session counts on."""

    NOT_WORKING = "not_working"
    """Suspended, or no longer in this network."""
    NO_LICENCE = "no_licence"
    LICENCE_ENDED = "licence_ended"
    NOT_TRAINED = "not_trained"


@dataclass(frozen=True)
class CredentialLapse:
    """Found by looking again when a credential changed; the gates ask anew on every day by themselves."""

    entry_id: UUID
    clinician_id: UUID
    role: Role
    state: str
    problem: CredentialProblem
    since_on: date
    found_at: datetime
    plan_id: UUID | None = None
    """The plan that stands in this prescriber's name."""
    session_ids: tuple[UUID, ...] = ()
    """Booked dosing sessions that count on this person."""
