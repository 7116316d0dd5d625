"""That somebody has acknowledged an alert."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Acknowledgement:
    entry_id: UUID
    alert_id: UUID
    by: UUID
    at: datetime
