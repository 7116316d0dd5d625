"""A pause of a course that is over."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Pause:
    resumed_at: datetime
    days: int
    """Calendar days of the network's zone."""
