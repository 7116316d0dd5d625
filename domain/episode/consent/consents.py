"""Consents: typed, versioned, signed and withdrawn."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.sensitivity import Sensitivity


class ConsentType(StrEnum):
    KETAMINE = "ketamine"
    TELEHEALTH = "telehealth"
    PRIVACY = "privacy"
    TOUCH = "touch"
    CHAPERONE = "chaperone"
    RELEASE_OF_INFORMATION = "release_of_information"
    KETAMINE_IN_PREGNANCY = "ketamine_in_pregnancy"
    SUBSTANCE_USE_RECORDS = "substance_use_records"
    """That records of substance use may be disclosed (42 CFR 2.31)."""
    RESEARCH = "research"


def guarded_as(consent_type: ConsentType) -> Sensitivity:
    """Who signs that records of substance use may be disclosed has some."""
    tells = consent_type is ConsentType.SUBSTANCE_USE_RECORDS
    return Sensitivity.SUBSTANCE_USE if tells else Sensitivity.STANDARD


class ConsentMethod(StrEnum):
    PAPER = "paper"
    ELECTRONIC = "electronic"
    SPOKEN = "spoken"


class TouchScope(StrEnum):
    """Ordered from least to most."""

    NONE = "none"
    HAND_ONLY = "hand_only"
    HAND_AND_SHOULDER = "hand_and_shoulder"

    @property
    def reach(self) -> int:
        """How far it goes: a larger number is more touch."""
        return list(TouchScope).index(self)


@dataclass(frozen=True)
class Consent:
    entry_id: UUID
    consent_type: ConsentType
    text_version: int
    signed_at: datetime
    touch_scope: TouchScope | None = None
    withdrawn_at: datetime | None = None
    withdrawn_in: int = 0
    """The version of the episode that recorded it."""

    def is_standing_at(self, moment: datetime) -> bool:
        """Signed before that moment and not withdrawn by then."""
        return self.signed_at < moment and (self.withdrawn_at is None or moment < self.withdrawn_at)


def touch_scope_at(consents: tuple[Consent, ...], moment: datetime) -> TouchScope:
    """What touch is agreed at that moment: the latest signature, narrowed since; none without one."""
    touch = (c for c in consents if c.consent_type is ConsentType.TOUCH and c.is_standing_at(moment))
    latest = max(touch, key=lambda c: c.signed_at, default=None)
    return latest.touch_scope if latest and latest.touch_scope else TouchScope.NONE
