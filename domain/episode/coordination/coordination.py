"""What coordination keeps of a course: contacts, gaps in care, and what a review of the caseload recommended."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Channel(StrEnum):
    PHONE = "phone"
    TEXT_MESSAGE = "text_message"
    EMAIL = "email"
    LETTER = "letter"
    VIDEO = "video"
    IN_PERSON = "in_person"


class ContactWith(StrEnum):
    PATIENT = "patient"
    EMERGENCY_CONTACT = "emergency_contact"
    CHAPERONE = "chaperone"
    PHARMACY = "pharmacy"
    OTHER_CLINICIAN = "other_clinician"


class ContactOutcome(StrEnum):
    REACHED = "reached"
    MESSAGE_LEFT = "message_left"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    DECLINED = "declined"
    """Reached, and does not want to be."""


@dataclass(frozen=True)
class Contact:
    entry_id: UUID
    contact_id: UUID
    at: datetime
    who: ContactWith
    outcome: ContactOutcome

    @property
    def reached_patient(self) -> bool:
        return self.who is ContactWith.PATIENT and self.outcome is ContactOutcome.REACHED


class CareGapKind(StrEnum):
    """What is missing in a patient's care, where no rule says it by itself."""

    NOT_REACHED = "not_reached"
    MISSED_SESSIONS = "missed_sessions"
    NO_CHAPERONE = "no_chaperone"
    NO_TRANSPORT = "no_transport"
    MEDICINE_NOT_DELIVERED = "medicine_not_delivered"
    RECORDS_MISSING = "records_missing"
    COSTS = "costs"
    LANGUAGE = "language"
    OTHER = "other"


@dataclass(frozen=True)
class CareGap:
    entry_id: UUID
    gap_id: UUID
    kind: CareGapKind
    due_on: date
    raised_at: datetime
    closed_at: datetime | None = None
    close_entry_id: UUID | None = None


@dataclass(frozen=True)
class Discussion:
    """Flagged for the next review of the caseload."""

    entry_id: UUID
    flagged_at: datetime


class Recommendation(StrEnum):
    """What the review recommends; the care team decides."""

    GO_ON = "go_on"
    ADJUST_PLAN = "adjust_plan"
    SEE_SOONER = "see_sooner"
    MEASURE_AGAIN = "measure_again"
    ASK_A_SPECIALIST = "ask_a_specialist"
    PAUSE_DOSING = "pause_dosing"
    PLAN_DISCHARGE = "plan_discharge"


@dataclass(frozen=True)
class CaseloadReview:
    entry_id: UUID
    review_id: UUID
    held_on: date
    recommendation: Recommendation
    was: "CaseloadReview | None" = None
    """The review before it."""
    answered: Discussion | None = None
    """The flag that it answered."""
