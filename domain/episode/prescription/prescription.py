"""References to prescriptions; nothing here creates or transmits one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True)
class Prescription:
    entry_id: UUID
    prescription_id: UUID
    strength_mg: Decimal
    quantity: int
    issued_on: date
    expires_on: date
