"""The event catalogue: every event type in the order of a course of care, with its meaning, fields and example."""

import json
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from typing import NamedTuple

from api.contract.examples import example_item
from api.contract.fields import FieldShown, open_of, sealed_of
from api.contract.published import Published, published
from api.contract.streams import STREAMS, StreamDescribed, may_be_sent, meaning_of, name_of, type_of, types_of
from domain.event import EVENTS, Event

CATALOGUE = "/events/catalogue"


class TypeListed(NamedTuple):
    """One event type in the list."""

    stored_as: str
    href: str
    meaning: str
    version: int
    is_sent: bool


class Part(NamedTuple):
    """Event types of one part of a stream: referral, intake, plan."""

    title: str
    types: tuple[TypeListed, ...]


class StreamListed(NamedTuple):
    stream: StreamDescribed
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        return sum(len(part.types) for part in self.parts)


class TypeShown(NamedTuple):
    """One event type by itself. `schemas` are all that were ever published of it, the newest first."""

    listed: TypeListed
    type: str
    stream: str
    fields: list[FieldShown]
    sealed: list[str]
    thin: str
    full: str
    schema_href: str
    schemas: list[Published]


@cache
def listed() -> tuple[StreamListed, ...]:
    """Everything, by stream."""
    return tuple(StreamListed(stream, tuple(_parts(types_of(stream.name)))) for stream in STREAMS)


def shown(stream: str, stored_as: str) -> TypeShown | None:
    """One event type; None where there is none of that name that is ever sent."""
    of = EVENTS.get(stored_as)
    return _shown(of) if of is not None and of.stream == stream and may_be_sent(of) else None


@cache
def _shown(of: type[Event]) -> TypeShown:
    versions = f"{of.stream}.{of.stored_as}.v"
    earlier = [one for name, each in published().items() if name.startswith(versions) for one in each]
    return TypeShown(
        _listed(of),
        type_of(of),
        of.stream,
        open_of(of),
        sealed_of(of),
        _written(of, is_full=False),
        _written(of, is_full=True),
        f"/schemas/{name_of(of)}.json",
        earlier[::-1],
    )


def _parts(types: Iterable[type[Event]]) -> Iterable[Part]:
    for title, each in groupby(types, key=_part_of):
        yield Part(title, tuple(map(_listed, each)))


def _part_of(of: type[Event]) -> str:
    """The package in which the decision stands; what stands in the stream's own has no part of its own."""
    words = of.__module__.split(".")
    return words[2].replace("_", " ").capitalize() if len(words) > 3 else ""


def _listed(of: type[Event]) -> TypeListed:
    href = f"{CATALOGUE}/{of.stream}/{of.stored_as}"
    return TypeListed(of.stored_as, href, meaning_of(of), of.schema_version, may_be_sent(of))


def _written(of: type[Event], *, is_full: bool) -> str:
    return json.dumps(example_item(of, is_full=is_full), indent=2, ensure_ascii=False)
