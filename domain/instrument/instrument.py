"""What an instrument is: its items, answers, bands and rules of change, as read from a versioned data file."""

from enum import StrEnum
from functools import cached_property
from itertools import pairwise
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


class Item(Frozen):
    """One question. `options` is filled only where they differ from the instrument's common scale."""

    number: int
    text: str | None = None
    loinc: str | None = None
    options: tuple[Option, ...] = ()

    @property
    def label(self) -> str:
        """The text, or a placeholder where the text may not be shipped."""
        return self.text or f"Item {self.number}"


class Subscale(Sourced):
    name: str
    items: tuple[int, ...]


class Scoring(Frozen):
    """The sum of all items, of a group in `max_of` only the highest, times `multiply_by`."""

    reverse_items: tuple[int, ...] = ()
    max_of: tuple[tuple[int, ...], ...] = ()
    multiply_by: int = 1
    subscales: tuple[Subscale, ...] = ()


class MissingRule(Sourced):
    """Up to `most` unanswered items count as the mean of the answered ones; with more there is no total."""

    most: int


class Band(Frozen):
    """A named range of totals, both ends included."""

    label: str
    short: str
    lowest: int = Field(alias="from")
    highest: int = Field(alias="to")


class SafetyItem(Sourced):
    """The item whose answer of `at_least` asks for a clinician whatever the total says."""

    number: int
    at_least: int


class ScoreRule(Sourced):
    """A total that counts from `at` on: towards better for remission, towards worse for caseness."""

    at: int


class PointsRule(Sourced):
    points: int


class ResponseRule(Sourced):
    """An improvement of this share of the first score, or of this many points."""

    percent: int | None = None
    points: int | None = None

    @model_validator(mode="after")
    def says_one_measure(self) -> Self:
        if (self.percent is None) == (self.points is None):
            raise ValueError("a response is a percentage or a number of points")
        return self


class ChangeRules(Frozen):
    """None where nothing is agreed for the instrument: then nothing is claimed."""

    response: ResponseRule | None = None
    remission: ScoreRule | None = None
    reliable: PointsRule | None = None
    deterioration: PointsRule | None = None
    caseness: ScoreRule | None = None


class Licence(Frozen):
    text_may_be_shipped: bool
    notice: str


class Codes(Frozen):
    """LOINC codes of the questionnaire and of its total."""

    panel: str | None = None
    total: str | None = None


class Instrument(Frozen):
    """One version of a questionnaire or rating scale. A total is a whole number from `lowest` to `highest`."""

    id: str
    version: str
    title: str
    name: str
    rater: Rater
    direction: Direction
    lookback_days: int | None
    stem: str | None = None
    scale: tuple[Option, ...]
    items: tuple[Item, ...]
    scoring: Scoring = Scoring()
    missing: MissingRule
    bands: tuple[Band, ...]
    bands_source: Sourced | None
    safety_item: SafetyItem | None = None
    change: ChangeRules
    codes: Codes
    licence: Licence
    sources: dict[str, str]

    @model_validator(mode="after")
    def is_consistent(self) -> Self:
        numbers = [item.number for item in self.items]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError("items are numbered from 1 without gaps")
        named = [*self.scoring.reverse_items, *(n for group in self.scoring.max_of for n in group)]
        named += [n for subscale in self.scoring.subscales for n in subscale.items]
        named += [self.safety_item.number] if self.safety_item else []
        if not set(named) <= set(numbers):
            raise ValueError("scoring and safety name only items that exist")
        if self.bands and not self._bands_cover_every_total():
            raise ValueError("bands cover every total from lowest to highest, without gap or overlap")
        return self

    def _bands_cover_every_total(self) -> bool:
        joined = all(upper.lowest == lower.highest + 1 for lower, upper in pairwise(self.bands))
        proper = all(band.lowest <= band.highest for band in self.bands)
        return joined and proper and (self.bands[0].lowest, self.bands[-1].highest) == (self.lowest, self.highest)

    def options_of(self, item: Item) -> tuple[Option, ...]:
        return item.options or self.scale

    def values_of(self, item: Item) -> tuple[int, ...]:
        """The points an answer to this item may have, ascending, each once."""
        return self._values[item.number]

    @cached_property
    def _values(self) -> dict[int, tuple[int, ...]]:
        return {item.number: tuple(sorted({o.value for o in self.options_of(item)})) for item in self.items}

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """The items as they enter the total: of each group the highest counts."""
        grouped = {number for group in self.scoring.max_of for number in group}
        return (*self.scoring.max_of, *((item.number,) for item in self.items if item.number not in grouped))

    @property
    def lowest(self) -> int:
        return self._sum_of_groups([self.values_of(item)[0] for item in self.items])

    @property
    def highest(self) -> int:
        return self._sum_of_groups([self.values_of(item)[-1] for item in self.items])

    def _sum_of_groups(self, points: list[int]) -> int:
        return self.scoring.multiply_by * sum(max(points[n - 1] for n in group) for group in self.groups)

    @property
    def loinc_codes(self) -> frozenset[str]:
        """Every LOINC code this instrument uses, answers included."""
        options = [option for item in self.items for option in self.options_of(item)]
        coded = [self.codes.panel, self.codes.total, *(x.loinc for x in self.items), *(x.loinc for x in options)]
        return frozenset(code for code in coded if code)

    def is_case(self, total: int) -> bool:
        """Whether a total is at or beyond the caseness cut-off; False where none is agreed."""
        rule = self.change.caseness
        return rule is not None and self.improvement(rule.at, total) <= 0

    def improvement(self, first: int, last: int) -> int:
        """Points of change towards better; negative means worse."""
        return first - last if self.direction is Direction.LOWER_IS_BETTER else last - first
