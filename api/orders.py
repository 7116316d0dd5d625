"""From what arrives to an order: ids that the caller left out come from the command, then everything is checked."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

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


def read_order(order: type[Order], body: Mapping[str, Any], command_id: UUID) -> Order:
    """The order in this body; a repetition of the command gets the same ids. ValidationError names each mistake."""
    given = dict(body)
    for name in assigned_ids(order):
        given.setdefault(name, derived_id(command_id, name))
    found = order.model_validate(given)
    require_known_years(found)
    return found
