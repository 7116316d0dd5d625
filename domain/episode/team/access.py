"""Access to an episode from outside its care team: taken with a reason, for a day, told to the team (case E3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Access:
    entry_id: UUID
    access_id: UUID
    clinician_id: UUID
    from_at: datetime
    until_at: datetime

    def is_in_force_at(self, moment: datetime) -> bool:
        return self.from_at <= moment < self.until_at
