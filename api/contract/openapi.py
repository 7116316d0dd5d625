"""The OpenAPI document: what FastAPI knows of the routes, and what it cannot know of them."""

from typing import Any

from fastapi import FastAPI

from api.contract.answers import ANSWERS
from api.contract.asyncapi_messages import ATTRIBUTES, OPTIONAL, TEXT
from api.problems import MEDIA_TYPE

JSON = "application/json"
KEY = "subscriberKey"
WITH_KEY = ("/events", "/api/subscriber/webhook")
OF_FRAMEWORK = ("HTTPValidationError", "ValidationError")
"""How FastAPI would refuse a body; here every refusal is a problem document."""
ITEM = {
    "type": "object",
    "description": "A CloudEvent. Its data have the shape that stands at `dataschema`.",
    "required": sorted(ATTRIBUTES.keys() - OPTIONAL | {"data"}),
    "properties": ATTRIBUTES | {"data": {"type": "object"}},
}
REFUSED = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
PAGE: dict[str, Any] = {
    "type": "object",
    "required": ["events", "cursor"],
    "properties": {
        "events": {"type": "array", "items": ITEM, "description": "oldest first; none where nothing new came"},
        "cursor": {**TEXT, "description": "to ask again with, as `after`"},
    },
}


class Described(FastAPI):
    """The application, describing itself as it answers."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = _as_answered(super().openapi())
        return self.openapi_schema


def _describe(said: dict[str, Any], schema: Any, media_type: str) -> None:
    if schema is not None:
        for status in said.keys() & {"200", "202"}:
            said[status]["content"] = {media_type: {"schema": schema}}


def _as_answered(document: dict[str, Any]) -> dict[str, Any]:
    components = document["components"]
    components["securitySchemes"] = {KEY: {"type": "http", "scheme": "bearer", "description": "A subscriber's key."}}
    for name in OF_FRAMEWORK:
        components["schemas"].pop(name, None)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if path.startswith(WITH_KEY):
                operation["security"] = [{KEY: []}]
            said = operation["responses"]
            _describe(said, ANSWERS.get(f"{method.upper()} {path}"), "text/plain" if path == "/metrics" else JSON)
            said["default"] = {"description": "Any other refusal."}
            for status in said.keys() - {"200", "202"}:
                said[status]["content"] = REFUSED
    return document
