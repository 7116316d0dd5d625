"""Items of an instrument: their answers, and when an item is asked at all."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Direction(StrEnum):
    LOWER_IS_BETTER = "lower_is_better"
    HIGHER_IS_BETTER = "higher_is_better"


class Rater(StrEnum):
    SELF = "self"
    CLINICIAN = "clinician"


class Sourced(Frozen):
    """Where a number comes from: S read in `source`, K background knowledge, I a proposal a clinician must approve."""

    source: str
    mark: Literal["S", "K", "I"]


class Option(Frozen):
    value: int
    label: str
    loinc: str | None = None


class Range(Frozen):
    """Every whole number from `from` to `to`, for a scale too long to list, such as 0 to 100."""

    lowest: int = Field(alias="from")
    highest: int = Field(alias="to")

    @model_validator(mode="after")
    def goes_up(self) -> Self:
        if self.lowest >= self.highest:
            raise ValueError("a range goes from a lower to a higher number")
        return self


class AskedIf(Frozen):
    """An item is asked only where one of these earlier items was answered with `at_least`."""

    any_of: tuple[int, ...] = Field(min_length=1)
    at_least: int = 1


class Item(Frozen):
    """One question. `options` is filled only where they differ from the instrument's common scale."""

    number: int
    text: str | None = None
    hint: str | None = None
    """How to read the question, such as when to leave it empty."""
    loinc: str | None = None
    options: tuple[Option, ...] = ()
    asked_if: AskedIf | None = None

    @property
    def label(self) -> str:
        """The text, or a placeholder where the text may not be shipped."""
        return self.text or f"Item {self.number}"
