"""The care team of an episode."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.actor import Role


@dataclass(frozen=True)
class TeamMember:
    entry_id: UUID
    clinician_id: UUID
    role: Role
    from_at: datetime
    until_at: datetime | None = None

    def is_on_team_at(self, moment: datetime) -> bool:
        return self.from_at <= moment and (self.until_at is None or moment < self.until_at)

    def is_replaced_by(self, other: "TeamMember") -> bool:
        """The same person in the same role, still on the team when the other place begins."""
        is_same = (self.clinician_id, self.role) == (other.clinician_id, other.role)
        return is_same and self.is_on_team_at(other.from_at)
