"""JSON Schema (2020-12) of the `data` of CloudEvents: ids where a grant is thin, the open fields where it is full."""

from collections.abc import Mapping
from typing import Any

from api.contract.streams import meaning_of, name_of
from api.contract.units import unit_of
from domain.event import Event
from domain.open_fields import open_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
THIN = "thin.v1"
"""The name of the schema of thin data, the same for every event."""
UNPROMISED = frozenset({"title", "minimum", "maximum", "pattern", "minItems", "maxItems", "minLength", "maxLength"})
"""Limits of what may be entered: they move with the rules of care, and are no promise about what is sent."""
ID: dict[str, Any] = {"type": "string", "format": "uuid"}
NOTHING: dict[str, Any] = {"type": "null"}


def thin_schema() -> dict[str, Any]:
    """The data of a thin item: ids, never what was recorded."""
    properties: dict[str, Any] = {
        "network_id": ID,
        "stream_type": {"type": "string"},
        "stream_id": ID,
        "actor_id": ID,
        "actor_role": {"type": "string", "description": "as whom: therapist, prescriber, coordinator … or system"},
        "command_id": {**ID, "description": "what one command recorded shares it"},
        "correlation_id": ID,
        "causation_id": {"anyOf": [ID, NOTHING], "description": "the event that a policy answered to"},
        "protocol_version": {"anyOf": [{"type": "string"}, NOTHING]},
        "facts": {
            "type": "array",
            "description": "streams and versions that the decision relied on: kind, id, version",
            "items": {
                "type": "array",
                "prefixItems": [{"type": "string"}, ID, {"type": "integer"}],
                "minItems": 3,
                "maxItems": 3,
            },
        },
    }
    return {
        "$schema": DIALECT,
        "title": "Thin data",
        "description": "The data of every event under a thin grant: ids, never what was recorded.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def data_schema(of: type[Event]) -> dict[str, Any]:
    """The data of one event type in its present version under a full grant: its open fields, nothing sealed."""
    words = {"$schema": DIALECT, "title": name_of(of), "description": meaning_of(of)}
    return words | {key: value for key, value in _promised(open_schema(of)).items() if key != "description"}


def _promised(schema: Mapping[str, Any], name: str = "") -> dict[str, Any]:
    """The shape without limits of entry; a field says its unit."""
    kept = {key: value for key, value in schema.items() if key not in UNPROMISED}
    if kept.get("additionalProperties") is False:
        del kept["additionalProperties"]  # a later version may add a field, and must not break who checks
    match kept:
        case {"properties": dict(fields)}:
            kept["properties"] = {field: _promised(of, field) for field, of in fields.items()}
        case {"anyOf": [*choices]}:
            kept["anyOf"] = [_promised(choice, name) for choice in choices]
        case {"items": dict(items)}:
            kept["items"] = _promised(items, name)
        case {"type": "string" | "integer" | "number"} if (unit := unit_of(name, kept.get("format", ""))) is not None:
            kept["description"] = unit
    return kept
