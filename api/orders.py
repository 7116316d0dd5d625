"""From what arrives to an order: ids that the caller left out come from the command, then everything is checked."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from pydantic_core import to_json

from api.bodies import require_known_years
from domain.derived import derived_id
from domain.order import AssignedByTheEdge, Order


@cache
def assigned_ids(order: type[Order]) -> tuple[str, ...]:
    """The fields that the edge fills in when the caller leaves them out."""
    return tuple(
        name
        for name, field in order.model_fields.items()
        if field.annotation is UUID and any(isinstance(mark, AssignedByTheEdge) for mark in field.metadata)
    )


def without_ids(order: type[Order], body: Mapping[str, Any]) -> dict[str, Any]:
    """The body without these: whoever named one could have a secret shown that another was promised."""
    return {name: value for name, value in body.items() if name not in assigned_ids(order)}


class ReadsOrder(Protocol):
    """From a body to the order in it."""

    def __call__(self, order: type[Order], body: Mapping[str, Any], command_id: UUID, /) -> Order: ...


def read_order(order: type[Order], body: Mapping[str, Any], command_id: UUID) -> Order:
    """The order in this JSON; a repetition of the command gets the same ids. ValidationError names each mistake.

    Nothing is taken for what it is not: `true` is no answer 1, and the text "120" no pressure. Decimals may be text,
    as we write them ourselves.
    """
    return _in_known_years(order.model_validate_json(to_json(_with_ids(order, body, command_id)), strict=True))


def read_form(order: type[Order], body: Mapping[str, Any], command_id: UUID) -> Order:
    """The same from what our own pages put together: hidden fields are text."""
    return _in_known_years(order.model_validate(_with_ids(order, body, command_id)))


def _with_ids(order: type[Order], body: Mapping[str, Any], command_id: UUID) -> dict[str, Any]:
    return {name: derived_id(command_id, name) for name in assigned_ids(order)} | dict(body)


def _in_known_years(found: Order) -> Order:
    require_known_years(found)
    return found
