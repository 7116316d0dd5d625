"""What an instrument is: its items, answers, bands and rules of change, as read from a versioned data file."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Self, TypeVar

from pydantic import Field, model_validator

from domain.instrument.consistency import mistakes
from domain.instrument.item import Direction, Frozen, Item, Option, Range, Rater, Sourced
from domain.instrument.rules import Band, ChangeRules, Criterion, MissingRule, SafetyItem, Scoring, Subscale, Triage

Points = TypeVar("Points", int, int | Fraction)


class Licence(Frozen):
    """Who holds the rights, and whether the wording may travel with this software."""

    text_may_be_shipped: bool
    notice: str


class Codes(Frozen):
    """LOINC codes of the questionnaire and of its total."""

    panel: str | None = None
    total: str | None = None


class Instrument(Frozen):
    """One version of a questionnaire or rating scale. A total is a whole number from `lowest` to `highest`.

    An instrument with a `triage` has no total: it says a level.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")
    version: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,20}$")
    title: str
    name: str
    rater: Rater
    direction: Direction
    lookback_days: int | None
    stem: str | None = None
    scale: tuple[Option, ...] = ()
    range: Range | None = None
    items: tuple[Item, ...] = Field(min_length=1)
    scoring: Scoring = Scoring()
    missing: MissingRule
    bands: tuple[Band, ...]
    bands_source: Sourced | None
    criteria: tuple[Criterion, ...] = ()
    triage: Triage | None = None
    safety_item: SafetyItem | None = None
    change: ChangeRules
    is_for_change: bool = True
    """False for what is asked once and never compared, such as adverse childhood experiences."""
    about_substance_use: bool = False
    """Its results are guarded as records of substance use (42 CFR Part 2)."""
    codes: Codes
    licence: Licence
    sources: dict[str, str]

    @model_validator(mode="after")
    def is_consistent(self) -> Self:
        if found := next(mistakes(self), None):
            raise ValueError(found)
        return self

    def options_of(self, item: Item) -> tuple[Option, ...]:
        return item.options or self.scale

    def values_of(self, item: Item) -> tuple[int, ...]:
        """The points an answer to this item may have, ascending, each once."""
        return self._values[item.number]

    @cached_property
    def values_in_order(self) -> tuple[tuple[int, ...], ...]:
        """The same of each item, in their order."""
        return tuple(self.values_of(item) for item in self.items)

    @cached_property
    def _values(self) -> dict[int, tuple[int, ...]]:
        return {item.number: self._values_listed(item) for item in self.items}

    def _values_listed(self, item: Item) -> tuple[int, ...]:
        if self.range is not None and not item.options:
            return tuple(range(self.range.lowest, self.range.highest + 1))
        return tuple(sorted({option.value for option in self.options_of(item)}))

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """The items as they enter the total: of each group the highest counts."""
        grouped = {number for group in self.scoring.max_of for number in group}
        return (*self.scoring.max_of, *((item.number,) for item in self.items if item.number not in grouped))

    @property
    def has_text(self) -> bool:
        """Whether every item has its wording: shipped, or licensed by this installation."""
        return all(item.text is not None for item in self.items)

    @property
    def is_here(self) -> bool:
        """False of what only stands in for an instrument that was taken away."""
        return True

    @property
    def has_total(self) -> bool:
        return self.triage is None

    @property
    def lowest(self) -> int:
        return self._sum_of_groups([self.values_of(item)[0] for item in self.items])

    @property
    def highest(self) -> int:
        return self._sum_of_groups([self.values_of(item)[-1] for item in self.items])

    def _sum_of_groups(self, points: list[int]) -> int:
        return self.scoring.multiply_by * sum(self.counted(points))

    def counted(self, points: Sequence[Points]) -> Sequence[Points]:
        """The points that enter the total: of each group the highest."""
        if not self.scoring.max_of:
            return points
        return [max(points[number - 1] for number in group) for group in self.groups]

    def highest_of(self, subscale: Subscale) -> int:
        """The most points a subscale can have."""
        most = [self.values_of(self.items[number - 1])[-1] for number in subscale.items]
        return max(most) if subscale.combine == "highest" else sum(most)

    def band_index_of(self, total: int | None) -> int | None:
        """The place of the band a total lies in, mildest or least first; None without a total or without bands."""
        if total is not None:
            for place, band in enumerate(self.bands):
                if band.lowest <= total <= band.highest:
                    return place
        return None

    def band_of(self, total: int | None) -> Band | None:
        """The band a total lies in; None without a total or without bands."""
        place = self.band_index_of(total)
        return None if place is None else self.bands[place]

    @property
    def asks_about_suicide(self) -> bool:
        return self.safety_item is not None or self.triage is not None

    def is_positive(self, safety_answer: int | None) -> bool:
        """Whether an answer on suicidal thoughts, or the place of a level, asks for a clinician."""
        if safety_answer is None:
            return False
        if self.triage is not None:
            return safety_answer >= self.triage.names.index(self.triage.review_from)
        return self.safety_item is not None and safety_answer >= self.safety_item.at_least

    @property
    def safety_question(self) -> str:
        """What asks about suicidal thoughts, to begin a sentence: "Item 9", or "Level" of a triage."""
        return f"Item {self.safety_item.number}" if self.safety_item else "Level"

    def safety_words(self, answer: int | None, level: str | None = None) -> str:
        """The answer on suicidal thoughts in words: "item 9 was 1", "level moderate", "item 9 was not asked".

        A triage that was left open has no `level`; its answer then is what is certain: "level at least moderate".
        """
        if self.triage is not None:
            if answer is None:
                return "no level, not all was asked"
            return f"level {level}" if level else f"level at least {self.triage.names[answer]}, not all was asked"
        number = self.safety_item.number if self.safety_item else 0
        return f"item {number} was not asked" if answer is None else f"item {number} was {answer}"

    def is_case(self, total: int) -> bool:
        """Whether a total is at or beyond the caseness cut-off; False where none is agreed."""
        rule = self.change.caseness
        return rule is not None and self.improvement(rule.at, total) <= 0

    def improvement(self, first: int, last: int) -> int:
        """Points of change towards better; negative means worse."""
        return first - last if self.direction is Direction.LOWER_IS_BETTER else last - first
