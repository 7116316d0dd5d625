"""Follow-up consults of the medical team."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class FollowUpDecision(StrEnum):
    CONTINUE = "continue"
    ADJUST = "adjust"
    STOP = "stop"


@dataclass(frozen=True)
class FollowUp:
    entry_id: UUID
    completed_at: datetime
    completed_by: UUID
    decision: FollowUpDecision
    sessions_released: int
    booking_used: datetime | None = None
    """The time it had been booked for, if it had been."""
