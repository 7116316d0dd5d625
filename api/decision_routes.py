"""How a decision gets its JSON route: described by its order, answered with what was recorded."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from domain.decision import Decision
from domain.order import Order


def add_decision_route(
    router: APIRouter, path: str, decision: Decision, route: Callable[..., Response], answer: type[BaseModel]
) -> None:
    """Under the name of the decision. The body is read by the route itself, so that a refusal names its own field."""
    router.add_api_route(
        path,
        route,
        methods=["POST"],
        name=decision.name,
        response_model=answer,
        summary=(decision.decide.__doc__ or "").split("\n")[0],
        openapi_extra={
            "requestBody": {"content": {"application/json": {"schema": body_of(decision.order)}}, "required": True}
        },
    )


def body_of(order: type[Order]) -> dict[str, Any]:
    """The schema of an order in one piece: two orders may name different things alike, such as a way to meet."""
    schema = order.model_json_schema()
    whole: dict[str, Any] = _in_one_piece(schema, schema.pop("$defs", {}))
    return whole


def _in_one_piece(part: Any, definitions: dict[str, Any]) -> Any:
    """Each reference replaced by what it names; orders hold no schema that names itself."""
    if isinstance(part, list):
        return [_in_one_piece(one, definitions) for one in part]
    if not isinstance(part, dict):
        return part
    named = definitions[part["$ref"].rpartition("/")[2]] if "$ref" in part else {}
    return {name: _in_one_piece(value, definitions) for name, value in (named | part).items() if name != "$ref"}
