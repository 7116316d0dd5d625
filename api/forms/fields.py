"""The kinds of field a form is made of: how each is read into an order, and how a value stands in it before typing."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from api.formats import number
from api.forms.posted import Posted

Texts = dict[str, tuple[str, ...]]


class Wrong(Exception):
    """What was typed cannot be meant; says how to write it."""


class Reading(NamedTuple):
    """What is needed to read times: the zone they are written in, and now."""

    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Field:
    """`name` is the place in the order, such as `terms.vital_limits.systolic_limit_mmhg`."""

    kind: ClassVar[str] = ""
    name: str
    label: str = ""
    hint: str = ""
    optional: bool = False
    missing: str = ""
    """What to say when it was left empty."""
    seed: Any = None
    is_quiet: bool = False
    """Optional, but not said beside the label: left empty it has a meaning of its own, such as not asked."""

    @property
    def is_optional(self) -> bool | str:
        """As templates take it."""
        return "quiet" if self.optional and self.is_quiet else self.optional

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")

    def read(self, posted: Posted, reading: Reading) -> Any:
        """The value as JSON would carry it; None where nothing was given. Raises Wrong."""
        return posted.one(self.name) or None

    def texts(self, zone: ZoneInfo) -> Texts:
        """The seed as a browser would send it."""
        return {} if self.seed is None else {self.name: (text_of(self.seed),)}


@dataclass(frozen=True, kw_only=True)
class Hidden(Field):
    """What the form is about."""

    kind: ClassVar[str] = "hidden"


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    kind: ClassVar[str] = "text"
    width: str = "full"


@dataclass(frozen=True, kw_only=True)
class Area(Field):
    """Free text; sealed on arrival, and read by the care team only."""

    kind: ClassVar[str] = "area"
    rows: int = 3


class Limit(NamedTuple):
    """What the value must be (`below`, `not-above`, `above`, `at-least`) and the sentence for one that is not."""

    must: str
    value: int
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    kind: ClassVar[str] = "number"
    unit: str = ""
    whole: bool = True
    limits: tuple[Limit, ...] = ()

    def read(self, posted: Posted, reading: Reading) -> Any:
        text = posted.one(self.name).replace("\N{MINUS SIGN}", "-").removeprefix("+")
        if not text:
            return None
        if "," in text:
            raise Wrong(f"Write decimals with a point, such as {text.replace(',', '.')}; no commas.")
        if not re.fullmatch(r"-?\d{1,9}(\.\d{1,6})?", text):
            raise Wrong("Write the figure alone, without a unit." if re.search(r"\d", text) else "Write a figure.")
        if not self.whole:
            return text
        if "." in text and text.rstrip("0").rstrip(".").count("."):
            raise Wrong("Write a whole number.")
        return int(Decimal(text))

    @property
    def limits_shown(self) -> list[dict[str, Any]]:
        return [limit._asdict() for limit in self.limits]


def text_of(value: Any) -> str:
    """A seed as a browser would send it."""
    match value:
        case Enum():
            return str(value.value)
        case bool():
            return "true" if value else "false"
        case Decimal():
            return number(value)
    return str(value)
