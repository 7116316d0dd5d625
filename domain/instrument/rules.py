"""The rules of an instrument, as data: how answers add up, what a total or a pattern means, what counts as change."""

from typing import Literal, Self

from pydantic import Field, model_validator

from domain.instrument.item import Frozen, Sourced


class Subscale(Sourced):
    """Points of some items: their sum, or of a domain only the highest. `as_percent` shows the share of the most."""

    name: str
    items: tuple[int, ...] = Field(min_length=1)
    combine: Literal["sum", "highest"] = "sum"
    as_percent: bool = False


class Need(Frozen):
    """One condition of a criterion. Exactly one of: `count` of `items` at `at_least`; a total; a subscale's share."""

    items: tuple[int, ...] = ()
    at_least: int = 1
    count: int = 1
    total_at_least: int | None = None
    subscale: str | None = None
    percent_at_least: int | None = None

    @model_validator(mode="after")
    def says_one_thing(self) -> Self:
        if (self.subscale is None) != (self.percent_at_least is None):
            raise ValueError("a subscale comes with the share it needs, `percent_at_least`")
        if sum([bool(self.items), self.total_at_least is not None, self.subscale is not None]) != 1:
            raise ValueError("a need is about items, about the total or about a subscale, one of them")
        return self


class Criterion(Sourced):
    """A named pattern that is met when all its needs are, such as a cut-off or a provisional diagnosis."""

    name: str
    needs: tuple[Need, ...] = Field(min_length=1)


class Scoring(Frozen):
    """The sum of all items, of a group in `max_of` only the highest, times `multiply_by`.

    Of the items of a group in `one_of` one is answered, the others stay empty.
    """

    founded: Sourced | None = None
    """Where the way of adding up comes from, where it is more than a sum."""
    reverse_items: tuple[int, ...] = ()
    max_of: tuple[tuple[int, ...], ...] = ()
    one_of: tuple[tuple[int, ...], ...] = ()
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


class Level(Frozen):
    """A level of a triage: reached by an answer above 0 to any of these items."""

    name: str
    any_of: tuple[int, ...] = Field(min_length=1)


class Triage(Sourced):
    """An instrument without a total: the worst level any answer reaches. Levels stand from the mildest to the worst."""

    otherwise: str
    """The level where nothing was answered with yes."""
    levels: tuple[Level, ...] = Field(min_length=1)
    review_from: str
    """From this level on a clinician has to look, as for a safety item."""

    @model_validator(mode="after")
    def reviews_a_level_there_is(self) -> Self:
        if self.review_from not in self.names[1:]:
            raise ValueError("`review_from` names one of the levels")
        if len(set(self.names)) != len(self.names):
            raise ValueError("levels have different names")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """All levels, mildest first; the place of one is its answer: 0 for none, then 1, 2, 3."""
        return (self.otherwise, *(level.name for level in self.levels))


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
