"""Eligibility, clearances and contraindications."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.sensitivity import Sensitivity
from domain.substance_use import speaks_of_substance_use

SUBSTANCE_USE = "uncontrolled_substance_use"


def guarded_as(code: str) -> Sensitivity:
    """How an entry about one contraindication is guarded (42 CFR Part 2)."""
    return Sensitivity.SUBSTANCE_USE if speaks_of_substance_use(code) else Sensitivity.STANDARD


class EligibilityOutcome(StrEnum):
    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    NEEDS_CLEARANCE = "needs_clearance"
    NEEDS_INFORMATION = "needs_information"


@dataclass(frozen=True)
class Eligibility:
    entry_id: UUID
    outcome: EligibilityOutcome
    determined_at: datetime
    valid_until: date | None
    """Valid through the whole of this day in the network's zone."""
    known_in: int = 0
    """The version of the episode that recorded it: what is entered later with an earlier time was not known to it."""

    def is_valid_on(self, day: date) -> bool:
        """Eligible, and not run out on that day of the network's zone."""
        in_time = self.valid_until is None or day <= self.valid_until
        return self.outcome is EligibilityOutcome.ELIGIBLE and in_time


@dataclass(frozen=True)
class FoundMinor:
    """That the patient, referred as of age, is not by a birth date corrected since."""

    entry_id: UUID
    found_at: datetime


@dataclass(frozen=True)
class Clearance:
    entry_id: UUID
    clearance_id: UUID
    specialty: str
    due_on: date | None
    requested_at: datetime
    received_at: datetime | None = None
    is_cleared: bool | None = None
    received_in: int = 0
    """The version of the episode that recorded the answer."""
    requested_in: int = 0
    """And the one that recorded the request."""

    def is_considered_in(self, eligibility: Eligibility) -> bool:
        """Whether eligibility was determined with the answer known; one that never came was not."""
        is_later = self.received_at is not None and eligibility.determined_at >= self.received_at
        return is_later and eligibility.known_in >= self.received_in


@dataclass(frozen=True)
class Contraindication:
    """`code` as listed in the protocol, which says whether it is absolute and whether it can ever resolve."""

    entry_id: UUID
    code: str
    found_at: datetime
    resolved_at: datetime | None = None
    known_in: int = 0
    """The version of the episode that found or resolved it."""

    def is_considered_in(self, eligibility: Eligibility | None) -> bool:
        """Whether eligibility was determined with this one known, or after it was resolved."""
        if eligibility is None or eligibility.known_in < self.known_in:
            return False
        return eligibility.determined_at >= (self.resolved_at or self.found_at)
