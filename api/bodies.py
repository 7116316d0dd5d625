"""What a body may hold before anything is read from it: JSON that is not too deep, numbers that fit, printable text.

What is refused here would otherwise fail further in, where nobody can name its place: in the hash of the body, in the
arithmetic of dates, in a column of the database.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from math import isfinite
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from domain.sealed import UNWRITABLE

DEEPEST = 12
LARGEST = 2**53
FIRST_YEAR, LAST_YEAR = 1900, 2199
OUT_OF_REACH = f"Write a day between {FIRST_YEAR} and {LAST_YEAR}."
Place = tuple[str | int, ...]
Unfit = tuple[Place, str]


def require_plain(body: Mapping[str, Any]) -> None:
    """Raises ValidationError with every place that cannot be read."""
    _refuse(_unfit(body, ()))


def require_known_years(order: BaseModel) -> None:
    """Days and moments outside the years anybody in care can mean; a ValidationError names them."""
    _refuse(_strange_days(order, ()))


def in_known_years(moment: datetime) -> datetime:
    """The moment itself; ValueError where no calendar of ours reaches."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(OUT_OF_REACH)
    return moment


def _unfit(value: Any, place: Place) -> Iterator[Unfit]:
    match value:
        case dict() | list() if len(place) == DEEPEST:
            yield place, "This is nested too deeply."
        case dict():
            for name, item in value.items():
                if UNWRITABLE.search(name):
                    yield (*place, name), "There is no such field."
                yield from _unfit(item, (*place, name))
        case list():
            for number, item in enumerate(value):
                yield from _unfit(item, (*place, number))
        case str() if UNWRITABLE.search(value):
            yield place, "Leave out the characters that cannot be printed."
        case int() if abs(value) > LARGEST:
            yield place, "This number is too large."
        case float() if not isfinite(value):
            yield place, "Write a number."


def _strange_days(value: Any, place: Place) -> Iterator[Unfit]:
    match value:
        case date() if not FIRST_YEAR <= value.year <= LAST_YEAR:
            yield place, OUT_OF_REACH
        case BaseModel():
            for name, item in value.__dict__.items():
                yield from _strange_days(item, (*place, name))
        case tuple():
            for number, item in enumerate(value):
                yield from _strange_days(item, (*place, number))


def _refuse(found: Iterator[Unfit]) -> None:
    mistakes = [
        InitErrorDetails(type=PydanticCustomError("unfit", "{says}", {"says": says}), loc=place, input=None)
        for place, says in found
    ]
    if mistakes:
        raise ValidationError.from_exception_data("body", mistakes)
