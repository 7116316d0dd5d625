"""Outcome measures as the gates read them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.instrument import recorded_with
from domain.sealed import KeptBack
from domain.sensitivity import Sensitivity


def guarded_as(instrument: str, version: str | None = None) -> Sensitivity:
    """Results about drinking and drugs are marked, and leave to no subscriber (42 CFR Part 2)."""
    asks = recorded_with(instrument, version).about_substance_use
    return Sensitivity.SUBSTANCE_USE if asks else Sensitivity.STANDARD


class ImportedFrom(BaseModel):
    """The file an outcome came from; `row` counts as a spreadsheet does, from 1 with the heading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: KeptBack = Field(max_length=200)
    file_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    row: int = Field(ge=1)


@dataclass(frozen=True)
class Outcome:
    """`safety_answer` is None where the safety item was not asked: not screened, which is not zero."""

    entry_id: UUID
    outcome_id: UUID
    instrument: str
    instrument_version: str
    taken_at: datetime
    total: int | None
    """None where too many items were left empty for a total."""
    has_safety_item: bool
    safety_answer: int | None
    safety_item_is_positive: bool
    answers: tuple[int | None, ...] | None = None
    level: str | None = None
    """The level of a triage (C-SSRS: none, low, moderate, high); None where not all was asked, or without a triage."""
    is_imported: bool = False
    safety_review_id: UUID | None = None
    """The safety review that answered for it for good."""
    known_at: datetime | None = None
    """When this version of it was recorded."""
    known_in: int = 0
    """The version of the episode that recorded it."""
    was: "Outcome | None" = None
    """The outcome as it stood before a correction."""

    @property
    def is_scored(self) -> bool:
        """Whether it came to a total or a level."""
        return self.total is not None or self.level is not None

    @property
    def first_entry_id(self) -> UUID:
        """The entry that first recorded it."""
        return self.was.first_entry_id if self.was else self.entry_id
