"""References to prescriptions, and what became of them; nothing here creates or transmits one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.episode.intake.intake import Told


class PrescriptionStatus(StrEnum):
    """What the pharmacy or the carrier said."""

    SENT = "sent"
    DISPENSED = "dispensed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Step:
    """One piece of news about a prescription. `quantity` in tablets, where it was dispensed."""

    entry_id: UUID
    tracking_id: UUID
    status: PrescriptionStatus
    on: date
    quantity: int = 0
    told: Told | None = None


@dataclass(frozen=True)
class Prescription:
    entry_id: UUID
    prescription_id: UUID
    strength_mg: Decimal
    quantity: int
    issued_on: date
    expires_on: date
    refills: int = 0
    steps: tuple[Step, ...] = ()

    @property
    def is_cancelled(self) -> bool:
        return any(step.status is PrescriptionStatus.CANCELLED for step in self.steps)

    @property
    def fills(self) -> int:
        """How often it was dispensed, the first time included."""
        return sum(1 for step in self.steps if step.status is PrescriptionStatus.DISPENSED)

    @property
    def dispensed(self) -> int:
        """Tablets that a pharmacy handed out on it."""
        return sum(step.quantity for step in self.steps if step.status is PrescriptionStatus.DISPENSED)

    @property
    def on_its_way(self) -> Step | None:
        """The last shipment that nobody said has arrived."""
        moved = [s for s in self.steps if s.status in (PrescriptionStatus.SHIPPED, PrescriptionStatus.DELIVERED)]
        last = max(moved, key=lambda step: step.on, default=None)
        return last if last is not None and last.status is PrescriptionStatus.SHIPPED else None

    def is_valid_on(self, day: date) -> bool:
        """Not cancelled, and through the whole of its last day."""
        return not self.is_cancelled and self.issued_on <= day <= self.expires_on


class PdmpResult(StrEnum):
    """What the prescription monitoring program of a state answered."""

    NOTHING_FOUND = "nothing_found"
    AS_EXPECTED = "as_expected"
    UNEXPECTED = "unexpected"
    """Something the patient had not said; the prescriber talks with them about it."""
    NOT_AVAILABLE = "not_available"


@dataclass(frozen=True)
class PdmpCheck:
    entry_id: UUID
    check_id: UUID
    state: str
    checked_on: date
    result: PdmpResult
