"""Outcome measures as the gates read them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Outcome:
    """`safety_answer` is None where the safety item was not asked: not screened, which is not zero."""

    entry_id: UUID
    outcome_id: UUID
    instrument: str
    instrument_version: str
    taken_at: datetime
    total: int
    has_safety_item: bool
    safety_answer: int | None
    is_imported: bool = False
