"""A question about an entry of the episode, from one clinician to another."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.actor import Role


class QuestionTopic(StrEnum):
    DOSE = "dose"
    MEDICINES = "medicines"
    VITALS = "vitals"
    SAFETY = "safety"
    CONSENT = "consent"
    SESSION = "session"
    NOTE = "note"
    OTHER = "other"


@dataclass(frozen=True)
class AskedQuestion:
    """`about_entry_id` is the entry it stands beside. Closed where whoever asked has what they need."""

    entry_id: UUID
    question_id: UUID
    about_entry_id: UUID
    role: Role
    clinician_id: UUID | None
    asked_by: UUID
    asked_as: Role
    asked_at: datetime
    due_on: date | None
    answered_at: datetime | None = None
    answered_by: UUID | None = None
    answer_entry_id: UUID | None = None
    closed_at: datetime | None = None
