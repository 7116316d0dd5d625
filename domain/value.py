"""Frozen dataclasses that come into being many times for every page of events, or every load of a stream."""

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(kind: type[T]) -> type[T]:
    """The same as `dataclass(frozen=True)`, except that an instance gets all its fields at once.

    What `dataclass` writes sets each by a call of its own, 0.2 µs a field: a session has forty of them. All fields
    are given to the constructor, and nothing is done after that; TypeError for a class that wants either.
    """
    made = dataclass(frozen=True)(kind)
    if hasattr(made, "__post_init__") or not all(field.init for field in fields(made)):  # type: ignore[arg-type]
        raise TypeError(f"{made.__name__} does more than take its fields; make it a frozen dataclass")
    made.__init__ = _taking(fields(made))  # type: ignore[method-assign,arg-type]
    return made


def _taking(wanted: tuple[Field[Any], ...]) -> Callable[..., None]:
    """Written out as `dataclass` does it, so that Python itself checks the arguments."""
    names = {"_set": object.__setattr__, **{f"_default_of_{field.name}": _default(field) for field in wanted}}
    taken = [f"{one.name}=_default_of_{one.name}" if _is_optional(one) else one.name for one in wanted]
    kept = ", ".join(f"{one.name!r}: {_given(one)}" for one in wanted)
    text = f"def __init__(self, {', '.join(taken)}):\n    _set(self, '__dict__', {{{kept}}})"
    exec(text, names)  # noqa: S102 of names of fields alone, as the standard library's dataclass does
    return names["__init__"]  # type: ignore[no-any-return]


def _is_optional(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory


def _given(field: Field[Any]) -> str:
    """Where a factory makes the default, it is asked for each instance that is given none."""
    if field.default_factory is MISSING:
        return field.name
    return f"{field.name} if {field.name} is not _default_of_{field.name} else {field.name}()"
