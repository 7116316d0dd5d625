"""A check-in link: one question to the patient, open once and for a short time, without an account."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.episode.consent.consents import ConsentType
from domain.patient.language import Language


class CheckInPurpose(StrEnum):
    QUESTIONNAIRES = "questionnaires"
    CONSENTS = "consents"
    CHAPERONE = "chaperone"
    AFTER_DOSE = "after_dose"
    """How they are, 24 to 72 h after a dose."""
    MEDICINE_INVENTORY = "medicine_inventory"


class Channel(StrEnum):
    EMAIL = "email"
    BY_HAND = "by_hand"
    """Copied or printed by the care team, and given to the patient."""


class CheckInStatus(StrEnum):
    SENT = "sent"
    ANSWERED = "answered"
    EXPIRED = "expired"
    REVOKED = "revoked"
    LOCKED = "locked"
    """Too many wrong birth dates."""


@dataclass(frozen=True)
class CheckInLink:
    """What was asked of the patient, and until when it can be answered. The secret address is nowhere in here."""

    entry_id: UUID
    link_id: UUID
    purpose: CheckInPurpose
    language: Language
    channel: Channel
    sent_at: datetime
    expires_at: datetime
    instruments: tuple[str, ...] = ()
    consents: tuple[ConsentType, ...] = ()
    session_id: UUID | None = None
    answered_at: datetime | None = None
    revoked_at: datetime | None = None
    locked_at: datetime | None = None

    def status_at(self, moment: datetime) -> CheckInStatus:
        """What ended it first counts; an answer stays an answer."""
        if self.answered_at is not None:
            return CheckInStatus.ANSWERED
        if self.revoked_at is not None:
            return CheckInStatus.REVOKED
        if self.locked_at is not None:
            return CheckInStatus.LOCKED
        return CheckInStatus.EXPIRED if self.expires_at <= moment else CheckInStatus.SENT

    def is_open_at(self, moment: datetime) -> bool:
        """Whether it can be answered."""
        return self.status_at(moment) is CheckInStatus.SENT
