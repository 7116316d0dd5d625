"""Fields that choose: one of several, any of several, yes or no, answers to a questionnaire, rows of several fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from api.forms.fields import Field, Reading, Texts, Wrong, text_of
from api.forms.posted import Posted, small_number

Option = tuple[str, str] | tuple[str, str, str]
"""A value, its words, and a hint where the words need one."""


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of several, in a list that opens."""

    kind: ClassVar[str] = "choice"
    options: Sequence[Option] = ()
    empty: str = "Choose"


@dataclass(frozen=True, kw_only=True)
class Radio(Field):
    """One of several, all in sight."""

    kind: ClassVar[str] = "radio"
    options: Sequence[Option] = ()
    inline: bool = False

    def read(self, posted: Posted, reading: Reading) -> Any:
        return posted.one(self.name) or None


@dataclass(frozen=True, kw_only=True)
class YesNo(Field):
    """Left empty it was not asked, which is not no."""

    kind: ClassVar[str] = "radio"
    yes: str = "Yes"
    no: str = "No"
    inline: bool = True

    @property
    def options(self) -> Sequence[Option]:
        return (("true", self.yes), ("false", self.no))

    def read(self, posted: Posted, reading: Reading) -> Any:
        return {"true": True, "false": False}.get(posted.one(self.name))


@dataclass(frozen=True, kw_only=True)
class Many(Field):
    """Any of several; none ticked is an answer, where nothing is required."""

    kind: ClassVar[str] = "many"
    optional: bool = True
    options: Sequence[Option] = ()
    columns: bool = False
    """Short words, and many of them: side by side where there is room."""

    def read(self, posted: Posted, reading: Reading) -> Any:
        return list(posted.all(self.name)) or None

    def texts(self, zone: ZoneInfo) -> Texts:
        return {} if self.seed is None else {self.name: tuple(text_of(value) for value in self.seed)}


@dataclass(frozen=True, kw_only=True)
class Tick(Field):
    """Ticked or not; both are an answer."""

    kind: ClassVar[str] = "tick"
    optional: bool = True

    def read(self, posted: Posted, reading: Reading) -> Any:
        return posted.is_ticked(self.name)

    def texts(self, zone: ZoneInfo) -> Texts:
        return {self.name: ("yes",)} if self.seed else {}


@dataclass(frozen=True, kw_only=True)
class Codes(Field):
    """Several codes in one line, such as ICD-10 diagnoses."""

    kind: ClassVar[str] = "text"
    width: str = "full"

    def read(self, posted: Posted, reading: Reading) -> Any:
        return [code.upper() for code in re.split(r"[\s,;]+", posted.one(self.name)) if code] or None

    def texts(self, zone: ZoneInfo) -> Texts:
        return {} if not self.seed else {self.name: (", ".join(self.seed),)}


@dataclass(frozen=True, kw_only=True)
class Answers(Field):
    """A questionnaire, one answer per row; (number, text, options) each. Nothing answered is no questionnaire.

    An item without options is answered with a number.
    """

    kind: ClassVar[str] = "answers"
    optional: bool = True
    stem: str = ""
    scoring: Mapping[str, Any] | None = None
    """What the page needs to show the total as it is typed: groups, factor, bands."""
    items: Sequence[tuple[int, str, Sequence[Option]]] = ()
    hints: Mapping[int, str] = field(default_factory=dict)
    """What to know about an item: when it stays empty, which numbers it takes."""
    notice: str = ""
    """Whose the questionnaire is."""
    rules_href: str = ""
    """Where its rules stand, with their sources."""

    def name_of(self, item: int) -> str:
        return f"{self.name}.{item}"

    def read(self, posted: Posted, reading: Reading) -> Any:
        given = [(item, posted.one(self.name_of(item))) for item, _, _ in self.items]
        if not any(answer for _, answer in given):
            return None
        if odd := next((item for item, answer in given if answer and small_number(answer) is None), None):
            raise Wrong(f"Give item {odd} one of its answers.")
        return [small_number(answer) for _, answer in given]

    def texts(self, zone: ZoneInfo) -> Texts:
        seeds = zip(self.items, self.seed or (), strict=False)
        return {self.name_of(item): (str(value),) for (item, _, _), value in seeds if value is not None}


@dataclass(frozen=True, kw_only=True)
class Rows(Field):
    """The same fields several times over; a row whose first field is empty was not meant."""

    kind: ClassVar[str] = "rows"
    optional: bool = True
    fields: tuple[Field, ...] = ()
    least: int = 1
    row_label: str = "Row"
    more_label: str = "More rows"

    def row(self, index: int) -> tuple[Field, ...]:
        """The fields of one row, under their own names."""
        return tuple(replace(one, name=f"{self.name}.{index}.{one.name}") for one in self.fields)

    def count(self, posted: Posted) -> int:
        """How many rows to show: those that were sent or seeded, and at least so many."""
        asked = small_number(posted.one(f"{self.name}.rows")) or 0
        return min(60, max(self.least, len(self.seed or ()), asked))

    def read(self, posted: Posted, reading: Reading) -> Any:
        return [row for _, row in self.read_rows(posted, reading)] or None

    def read_rows(self, posted: Posted, reading: Reading) -> list[tuple[int, dict[str, Any]]]:
        """The rows that were filled in, each with its place on the form."""
        lead = self.fields[0].name
        filled = [n for n in range(self.count(posted)) if posted.one(f"{self.name}.{n}.{lead}")]
        return [(n, self._read_row(n, posted, reading)) for n in filled]

    def _read_row(self, index: int, posted: Posted, reading: Reading) -> dict[str, Any]:
        read = (
            (plain.name, named.read(posted, reading)) for plain, named in zip(self.fields, self.row(index), strict=True)
        )
        return {name: value for name, value in read if value is not None}

    def texts(self, zone: ZoneInfo) -> Texts:
        texts: Texts = {}
        seeds = tuple(self.seed or ())
        for index in range(max(self.least, len(seeds))):
            for plain, named in zip(self.fields, self.row(index), strict=True):
                value = seeds[index].get(plain.name) if index < len(seeds) else plain.seed
                texts |= replace(named, seed=value).texts(zone)
        return texts
