"""A pause of a course that is over."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Pause:
    resumed_at: datetime
    """When it was known to be over: what was signed before was signed for a course that rested."""
    days: int
    """Calendar days of the network's zone."""
    began_at: datetime
    ended_at: datetime
    """When it was over, whenever that was known."""

    def lasts_at(self, moment: datetime) -> bool:
        return self.began_at <= moment < self.ended_at
