"""Consents: typed, versioned, signed and withdrawn."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ConsentType(StrEnum):
    KETAMINE = "ketamine"
    TELEHEALTH = "telehealth"
    PRIVACY = "privacy"
    TOUCH = "touch"
    CHAPERONE = "chaperone"
    RELEASE_OF_INFORMATION = "release_of_information"
    KETAMINE_IN_PREGNANCY = "ketamine_in_pregnancy"


class ConsentMethod(StrEnum):
    PAPER = "paper"
    ELECTRONIC = "electronic"
    SPOKEN = "spoken"


class TouchScope(StrEnum):
    """Ordered from least to most."""

    NONE = "none"
    HAND_ONLY = "hand_only"
    HAND_AND_SHOULDER = "hand_and_shoulder"


@dataclass(frozen=True)
class Consent:
    entry_id: UUID
    consent_type: ConsentType
    text_version: int
    signed_at: datetime
    touch_scope: TouchScope | None = None
    withdrawn_at: datetime | None = None
