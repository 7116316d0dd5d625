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
