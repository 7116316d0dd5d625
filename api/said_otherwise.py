"""An id under which something was recorded already: the same once more is well, anything else is told."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from api.orders import assigned_ids
from domain.event import Event, Recorded
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import Sealed


class RecordedOtherwise(Refused):
    """Under this id something else is recorded already, and this was not. Correct that entry, or send a new id."""


def require_said_alike(order: Order, history: Iterable[Recorded]) -> None:
    """Asked where an order recorded nothing: another answer under a known id must not pass for recorded.

    What the order leaves open is not compared, nor sealed text. Raises RecordedOtherwise.
    """
    said = {name: getattr(order, name) for name in type(order).model_fields}
    said = {name: value for name, value in said.items() if value is not None}
    for name in assigned_ids(type(order)):
        entries = [event for event, _ in history if getattr(event, name, None) == said[name]]
        differing = [_differing(said, event) for event in _closest(said, entries)]
        if differing and all(differing):
            raise RecordedOtherwise(field=differing[0])


def _closest(said: dict[str, Any], entries: list[Event]) -> list[Event]:
    """The events that hold most of what the order says: others, such as corrections, only mention the id."""
    shared = [len(said.keys() & type(event).model_fields) for event in entries]
    return [event for event, count in zip(entries, shared, strict=True) if count == max(shared)]


def _differing(said: dict[str, Any], event: Event) -> str | None:
    held = said.keys() & type(event).model_fields
    return next((name for name in said if name in held and _plain(said[name]) != _plain(getattr(event, name))), None)


def _plain(value: Any) -> Any:
    """Without what is sealed: the same words never seal to the same bytes."""
    match value:
        case Sealed():
            return None
        case BaseModel():
            return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
        case tuple():
            return [_plain(one) for one in value]
        case _:
            return value
