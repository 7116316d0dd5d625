"""A kind of stream: where its state begins and how an event changes it."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from domain.event import Envelope

State = TypeVar("State")
SUBJECT = UUID("00000000-0000-0000-0000-00000000005f")
"""Stands for "the person this stream is about": the stream's own id names the person whose key seals its text."""
K = TypeVar("K")
V = TypeVar("V")


class Stream(NamedTuple, Generic[State]):
    """`initial` is the state before anything happened; `evolve(event, state, envelope)` is total: it never refuses.

    `person(state, event)` names the person whose key seals the stream's text: a patient or a clinician; `SUBJECT` says
    that the stream's id is that person, None that the stream holds no text about a person.
    A stream with keys of its own names what those are kept under.
    """

    name: str
    initial: State
    evolve: Callable[[Any, State, Envelope], State]
    person: Callable[[State, Any], Any]


def change(state: State, **fields: Any) -> State:
    """A copy of a frozen dataclass with some fields changed.

    Copies the dictionary instead of calling `dataclasses.replace`: folding is the larger half of loading a stream,
    and this takes 7.5 µs per event where `replace` takes 12.6 (measured on 13 fields).
    """
    copy = object.__new__(type(state))
    copy.__dict__.update(state.__dict__)
    copy.__dict__.update(fields)
    return copy


def put(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    """A copy of the mapping in which `key` holds `value`."""
    return {**mapping, key: value}


def drop(mapping: Mapping[K, V], key: K) -> dict[K, V]:
    """A copy of the mapping without `key`."""
    return {k: v for k, v in mapping.items() if k != key}
