"""What stands open about erasing a patient: a proposal that waits for a second person, and legal holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class LegalBasis(StrEnum):
    """Why the law lets a clinic erase, or makes it. HIPAA gives nobody a right to it; state law says how long records
    are kept."""

    RETENTION_PERIOD_OVER = "retention_period_over"
    PATIENT_RIGHT = "patient_right"
    """A law gives this patient the right to be erased, and they have asked."""
    COURT_ORDER = "court_order"
    REGISTERED_BY_MISTAKE = "registered_by_mistake"
    """Nobody of this network ever treated them, or they were registered twice."""


@dataclass(frozen=True)
class ErasureProposal:
    """A proposal that waits: confirmed by a second person, or called off by anybody."""

    erasure_id: UUID
    legal_basis: LegalBasis
    proposed_by: UUID
    proposed_at: datetime
    confirmable_from: datetime


@dataclass(frozen=True)
class LegalHold:
    """Records that are kept whatever their period, because of a dispute in which somebody may ask for them."""

    hold_id: UUID
    placed_by: UUID
    placed_at: datetime
