"""How a decision gets its JSON route: described by its order, answered with what was recorded."""

from collections.abc import Callable

from fastapi import APIRouter, Response
from pydantic import BaseModel

from domain.decision import Decision


def add_decision_route(
    router: APIRouter, path: str, decision: Decision, route: Callable[..., Response], answer: type[BaseModel]
) -> None:
    """Under the name of the decision. The body is read by the route itself, so that a refusal names its own field."""
    schema = decision.order.model_json_schema(ref_template="#/components/schemas/{model}")
    router.add_api_route(
        path,
        route,
        methods=["POST"],
        name=decision.name,
        response_model=answer,
        summary=(decision.decide.__doc__ or "").split("\n")[0],
        openapi_extra={"requestBody": {"content": {"application/json": {"schema": schema}}, "required": True}},
    )
