"""Consents: typed, versioned, signed and withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.sensitivity import Sensitivity
from domain.stream import change


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


@dataclass(frozen=True)
class Withdrawal:
    """What the patient took back, and from when. It outlives the signature it was of, even one marked in error."""

    consent_type: ConsentType
    from_at: datetime
    known_in: int
    """The version of the episode that recorded it."""
    leaves: TouchScope | None = None
    """How far touch may still go, where it was only narrowed."""

    def takes_back(self, signed: Consent) -> bool:
        """Whether that was signed before. Touch is agreed for sessions with ketamine, and ends with consent to it."""
        also = ConsentType.KETAMINE if signed.consent_type is ConsentType.TOUCH else signed.consent_type
        return self.consent_type in (signed.consent_type, also) and signed.signed_at < self.from_at


def as_taken_back(signed: Consent, withdrawals: Iterable[Withdrawal]) -> Consent:
    """A signature with what the patient took back after it: a paper of before may be written down after that."""
    since = [one for one in withdrawals if one.takes_back(signed)]
    whole = min((one for one in since if one.leaves is None), key=lambda one: one.from_at, default=None)
    if whole is not None:
        signed = change(signed, withdrawn_at=whole.from_at, withdrawn_in=whole.known_in)
    if signed.touch_scope is not None:
        left = (one.leaves for one in since if one.leaves is not None)
        signed = change(signed, touch_scope=min((signed.touch_scope, *left), key=lambda scope: scope.reach))
    return signed


def touch_scope_at(consents: tuple[Consent, ...], moment: datetime) -> TouchScope:
    """What touch is agreed at that moment: the latest signature, narrowed since; none without one."""
    touch = (c for c in consents if c.consent_type is ConsentType.TOUCH and c.is_standing_at(moment))
    latest = max(touch, key=lambda c: c.signed_at, default=None)
    return latest.touch_scope if latest and latest.touch_scope else TouchScope.NONE
