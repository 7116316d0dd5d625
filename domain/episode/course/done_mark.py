"""That somebody has done what was due and has no decision of its own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class DoneMark:
    entry_id: UUID
    key: str
    """The key of the obligation."""
    due: str
    """The day or time it was due: what falls due anew is not done by it."""
    by: UUID
    at: datetime
