"""Words that stand in one place only: whatever people write gets one, and where it turns up it came from there."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any, get_args, get_origin
from uuid import uuid4

from pydantic import BaseModel

from domain.order import Order
from domain.sealed import Sealed

FIRST_BORN = date(1941, 2, 3)
MARK, NUMBER_MARK = "Zqcanary", "5550100555"
"""How all words begin, and all numbers."""
WORD_LENGTH, NUMBER_LENGTH = len(MARK) + 12, len(NUMBER_MARK) + 6
NUMBERS = ("phone", "companion_phone", "call_back", "contact")


class Canaries:
    """`texts` by where they were written; birth dates besides, which are days nobody else has."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.births: list[date] = []
        self.names: list[str] = []

    def word(self, place: str) -> str:
        """A word of letters alone, so that no escaping changes it."""
        word = MARK + "".join(chr(ord("a") + int(figure, 16)) for figure in uuid4().hex[: WORD_LENGTH - len(MARK)])
        self.texts[word] = place
        return word

    def number(self, place: str) -> str:
        """A telephone number, and whose it is."""
        number = NUMBER_MARK + str(uuid4().int)[: NUMBER_LENGTH - len(NUMBER_MARK)]
        self.texts[number] = place
        return f"{self.word(place)} {number}"

    def name(self) -> str:
        """A given and a family name."""
        words = f"{self.word('name')} {self.word('name')}"
        self.names += words.split()
        return words

    def born(self) -> date:
        day = FIRST_BORN + timedelta(days=37 * len(self.births))
        self.births.append(day)
        return day

    def fill(self, order: type[Order], body: dict[str, Any]) -> dict[str, Any]:
        """The body with a canary in every place where somebody writes, whether it has to be filled or not."""
        return _filled(order, body, self, order.__name__)

    def found_in(self, text: str | bytes) -> list[str]:
        """Where the words were written that stand in this, in clear or merely wrapped up."""
        raw = (text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")).lower()
        found = [f"birth date {day}" for day in self.births if any(form in raw for form in written(day))]
        if standing := standing_in(raw):
            found += [f"{at}: {word}" for word, at in self.texts.items() if not standing.isdisjoint(wrapped(word))]
        return found


@cache
def wrapped(word: str) -> tuple[bytes, ...]:
    """The word as it is, in hexadecimal figures, and in base64 wherever it begins."""
    raw = word.encode()
    return (raw.lower(), raw.hex().encode(), *(_in_base64(raw, shift) for shift in range(3)))


def _in_base64(raw: bytes, shift: int) -> bytes:
    inside = b64encode(b"x" * shift + raw)[4 if shift else 0 :]
    return inside[: len(inside) // 4 * 4 - 4].lower()


def _beginnings(mark: str, length: int) -> Iterator[tuple[bytes, int]]:
    return zip(wrapped(mark), (len(form) for form in wrapped(mark.ljust(length, "a"))), strict=True)


BEGINNINGS = (*_beginnings(MARK, WORD_LENGTH), *_beginnings(NUMBER_MARK, NUMBER_LENGTH))
"""How each form begins, and how long it is as a whole."""


def standing_in(raw: bytes) -> set[bytes]:
    """Whatever begins as a word does, in any form: looked for once, instead of hundreds of words in every page."""
    found = set()
    for beginning, length in BEGINNINGS:
        at = raw.find(beginning)
        while at >= 0:
            found.add(raw[at : at + length])
            at = raw.find(beginning, at + 1)
    return found


@cache
def written(day: date) -> tuple[bytes, ...]:
    """A day as pages and files write it."""
    forms = (day.isoformat(), f"{day.day} {day:%b %Y}", f"{day:%d.%m.%Y}", f"{day:%m/%d/%Y}", f"{day:%Y%m%d}")
    return tuple(text.lower().encode() for text in forms)


def _filled(model: type[BaseModel], body: dict[str, Any], canaries: Canaries, place: str) -> dict[str, Any]:
    filled = dict(body)
    for name, field in model.model_fields.items():
        here = f"{place}.{name}"
        if name == "late_reason" and "occurred_at" not in body:
            continue
        if _is_text(field.annotation):
            filled[name] = canaries.number(here) if name in NUMBERS else f"{canaries.word(here)} {canaries.word(here)}"
        elif name in body and (inner := _model_in(field.annotation)):
            value = body[name]
            if isinstance(value, list):
                filled[name] = [_filled(inner, one, canaries, here) for one in value]
            elif isinstance(value, dict):
                filled[name] = _filled(inner, value, canaries, here)
    return filled


def places_in(model: type[BaseModel], place: str = "") -> Iterator[str]:
    """Every place in it where somebody writes, as `texts` names them."""
    here = place or model.__name__
    for name, field in model.model_fields.items():
        if _is_text(field.annotation):
            yield f"{here}.{name}"
        elif inner := _model_in(field.annotation):
            yield from places_in(inner, f"{here}.{name}")


def _is_text(annotation: Any) -> bool:
    """Whether somebody writes here; not whether somebody writes inside a model that stands here."""
    return Sealed in (annotation, get_origin(annotation)) or any(_is_text(part) for part in get_args(annotation))


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
