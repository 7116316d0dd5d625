"""Columns derived from the annotations of a row: their SQL type, and how values go in and come out."""

import dataclasses
import types
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson
from pydantic import BaseModel, TypeAdapter

from domain.sealed import Sealed

PLAIN: dict[Any, str] = {
    UUID: "uuid",
    str: "text",
    int: "bigint",
    Decimal: "numeric",
    bool: "boolean",
    datetime: "timestamptz",
    date: "date",
    bytes: "bytea",
}


class OneByOne:
    """Marks a tuple, or a mapping by id, each entry of which is a row of a table beside the one of the rows.

    One entry more then writes no other anew: a collection grows as long as a course goes on.
    """


@dataclasses.dataclass(frozen=True)
class InParts:
    """Marks a field, a frozen dataclass, of which every field has a column of its own; some are kept one by one.

    An event that touches one of them then rewrites no other: what a list keeps of a whole course is long.
    """

    one_by_one: frozenset[str] = frozenset()


class Column(NamedTuple):
    """One field of a row. `dump` and `load` are None where the driver's own value will do.

    `part_of` names the field of the row that this is a part of. The default of a part is kept as no value at all.
    `is_apart`: a collection whose entries are kept one by one, in a table of items; `is_by_id` where it is a mapping.
    """

    name: str
    sql_type: str
    is_nullable: bool
    dump: Callable[[Any], Any] | None = None
    load: Callable[[Any], Any] | None = None
    part_of: str | None = None
    default: Any = None
    is_apart: bool = False
    is_by_id: bool = False

    @property
    def is_translated(self) -> bool:
        """Whether a value may travel as another one than folds see."""
        return self.dump is not None or self.part_of is not None

    def dumped(self, value: Any) -> Any:
        """The value as it travels to the database."""
        if value is None or (self.part_of is not None and value == self.default):
            return None
        return value if self.dump is None else self.dump(value)


DOCUMENTS_TO_REMEMBER = 500
"""Those of a page that is not far behind the log: lists that keep the same write it one after the other."""


class Documents:
    """Nested values as JSON. What was written just now is not put into text again: values are immutable."""

    def __init__(self) -> None:
        self._latest: dict[int, tuple[Any, str]] = {}

    def __call__(self, value: Any) -> str:
        known = self._latest.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        if len(self._latest) >= DOCUMENTS_TO_REMEMBER:
            self._latest.clear()
        text = to_json(value)
        self._latest[id(value)] = (value, text)
        return text


DOCUMENTS = Documents()


def columns_of(row_type: type) -> tuple[Column, ...]:
    """The columns of a frozen dataclass, in the order of its fields."""
    hints = get_type_hints(row_type, include_extras=True)
    return tuple(column for field in dataclasses.fields(row_type) for column in _columns(field, hints[field.name]))


def _columns(field: dataclasses.Field[Any], annotation: Any) -> Iterable[Column]:
    if get_origin(annotation) is not Annotated:
        return [_column(field.name, annotation)]
    for mark in annotation.__metadata__:
        if isinstance(mark, InParts):
            return _parts(field.name, annotation.__origin__, mark.one_by_one)
        if isinstance(mark, OneByOne):
            return [_apart(_column(field.name, annotation.__origin__), annotation.__origin__)]
    return [_column(field.name, annotation.__origin__)]


def _parts(name: str, kind: type, one_by_one: frozenset[str]) -> list[Column]:
    hints = get_type_hints(kind, include_extras=True)
    parts = {field.name: _part(name, field, hints[field.name]) for field in dataclasses.fields(kind)}
    return [_apart(part, hints[known]) if known in one_by_one else part for known, part in parts.items()]


def _apart(column: Column, kind: Any) -> Column:
    is_by_id = get_origin(kind) is Mapping and get_args(kind)[0] is UUID
    if not is_by_id and not (get_origin(kind) is tuple and get_args(kind)[1:] == (...,)):
        raise TypeError(f"{column.name} is no tuple of any length and no mapping by id: nothing to keep one by one")
    return column._replace(sql_type="json", is_apart=True, is_by_id=is_by_id)


def _part(name: str, field: dataclasses.Field[Any], annotation: Any) -> Column:
    default = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
    column = _column(f"{name}_{field.name}", annotation)
    if default is dataclasses.MISSING or (column.is_nullable and default is not None):
        raise TypeError(f"{column.name} is a part: it needs a default, and where it may be None that is the default")
    # never searched, so that json will do: it keeps the order that folds may rely on
    sql_type = "json" if column.sql_type == "jsonb" else column.sql_type
    return column._replace(sql_type=sql_type, is_nullable=True, part_of=name, default=default)


def _column(name: str, annotation: Any) -> Column:
    kind, is_nullable = _without_none(annotation)
    if kind in PLAIN:
        return Column(name, PLAIN[kind], is_nullable)
    if get_origin(kind) is Sealed:
        return Column(name, "text", is_nullable, _token, _sealed)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Column(name, "text", is_nullable, _value, kind)
    # jsonb can be searched but sorts the keys of its objects; json keeps the order that folds may rely on
    sql_type = "jsonb" if get_origin(kind) is tuple else "json"
    return Column(name, sql_type, is_nullable, DOCUMENTS, partial(_from_json, kind))


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation, False
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
    return (kinds[0] if len(kinds) == 1 else Union[tuple(kinds)]), True  # noqa: UP007 built from a list


def _token(value: Sealed[Any]) -> str | None:
    return value.token


def _sealed(token: str) -> Sealed[str]:
    return Sealed(token=token)


def _value(value: Enum) -> Any:
    return value.value


def to_json(value: Any) -> str:
    """A nested value as JSON; sets are sorted, so that equal values have equal text."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return str(value)
        case Sealed():
            return value.token
        case BaseModel():
            return value.__dict__
        case frozenset() | set():
            return sorted(value, key=str)
        case tuple():
            return list(value)
    raise TypeError(f"{type(value).__name__} cannot be a cell")


def _from_json(kind: Any, text: str) -> Any:
    return _adapter(kind).validate_json(text)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
