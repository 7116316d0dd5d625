"""What patients report of their tablets and of the person who will be with them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MOST_TABLETS = 1000
"""More is a slip of the keyboard."""


class TabletCount(BaseModel):
    """Whole and broken tablets of one strength; halves count as 0.5. None where it was not said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strength_mg: Decimal = Field(gt=0, le=1000, decimal_places=2)
    on_hand: Decimal = Field(ge=0, le=MOST_TABLETS, decimal_places=2)
    taken: Decimal | None = Field(default=None, ge=0, le=MOST_TABLETS, decimal_places=2)
    destroyed: Decimal | None = Field(default=None, ge=0, le=MOST_TABLETS, decimal_places=2)


@dataclass(frozen=True)
class InventoryReport:
    entry_id: UUID
    report_id: UUID
    counted_at: datetime
    tablets: tuple[TabletCount, ...]


class Differs(NamedTuple):
    """By how many tablets of one strength: above 0 more than there should be, below 0 missing."""

    strength_mg: Decimal
    tablets: Decimal


@dataclass(frozen=True)
class TabletExplanation:
    """A prescriber's answer to a count that did not add up."""

    entry_id: UUID
    report_id: UUID
    counted_at: datetime
    differences: tuple[Differs, ...]


class Relationship(StrEnum):
    PARTNER = "partner"
    FAMILY = "family"
    FRIEND = "friend"
    OTHER = "other"


@dataclass(frozen=True)
class ChaperoneNomination:
    entry_id: UUID
    nomination_id: UUID
    may_be_contacted: bool
