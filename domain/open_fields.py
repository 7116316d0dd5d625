"""Which fields of an event may leave the house: what its class names, and neither seals nor keeps back.

From lists goes what speaks of drinking or drugs, or lets guess it: a diagnosis, a contraindication, a last score, a
medicine (42 CFR Part 2). A class of medicines that stands alone becomes null, as where nobody knows it.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import DecimalSchema

from domain.event import Event
from domain.sealed import KEPT_BACK, SEALED
from domain.substance_use import hints_at_substance_use


class _Described(GenerateJsonSchema):
    """Tells a decimal number, which travels as text so that it stays exact, from any other text."""

    def decimal_schema(self, schema: DecimalSchema) -> JsonSchemaValue:
        return {"type": "string", "format": "decimal"}


def open_fields(event_class: type[Event], payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload without its sealed fields. `payload` has the shape of the class's present version.

    Keeps what the class names and does not seal; what it does not name is left out, whatever it is.
    """
    kept: dict[str, Any] = _open(open_schema(event_class), payload)
    return kept


@cache
def open_schema(event_class: type[Event]) -> Mapping[str, Any]:
    """The JSON Schema of `open_fields`, references written out. Shared: never change what it returns."""
    whole = event_class.model_json_schema(mode="serialization", schema_generator=_Described)
    kept: Mapping[str, Any] = _without_sealed(whole, whole.get("$defs", {})) or {"type": "object", "properties": {}}
    return kept


def _without_sealed(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> dict[str, Any] | None:
    """The schema without what is sealed; None where nothing of it may leave."""
    if SEALED in schema or KEPT_BACK in schema:
        return None
    match schema:
        case {"$ref": str(ref), **others}:
            return _without_sealed({**defs[ref.rsplit("/", 1)[-1]], **others}, defs)
        case {"type": "object", "properties": dict(fields)}:
            kept = {name: of for name, field in fields.items() if (of := _without_sealed(field, defs)) is not None}
            required = [name for name in schema.get("required", ()) if name in kept]
            rest = {key: value for key, value in schema.items() if key not in ("$defs", "properties", "required")}
            return {**rest, "properties": kept, "required": required}
        case {"anyOf": [*choices]}:
            found = [_without_sealed(choice, defs) for choice in choices]
            return None if None in found else {**schema, "anyOf": found}
        case {"type": "array", "items": dict(items)}:
            return None if (of := _without_sealed(items, defs)) is None else {**schema, "items": of}
        case {"type": "object", "additionalProperties": dict(values)}:
            return None if (of := _without_sealed(values, defs)) is None else {**schema, "additionalProperties": of}
        case _:
            return dict(schema)


def _open(schema: Mapping[str, Any], value: Any) -> Any:
    """The part of the value that the schema names."""
    match schema, value:
        case {"properties": dict(fields)}, dict():
            unsaid = {"medicine_class": None} if hints_at_substance_use(value) else {}
            return {name: _open(fields[name], inner) for name, inner in (value | unsaid).items() if name in fields}
        case {"anyOf": [*choices]}, dict() | list():
            return _open(_choice(choices, value), value)
        case {"items": dict(items)}, list():
            return [_open(items, inner) for inner in value if not hints_at_substance_use(inner)]
        case {"additionalProperties": dict(values)}, dict():
            return {name: _open(values, inner) for name, inner in value.items()}
        case _:
            return value


def _choice(choices: list[dict[str, Any]], value: dict[str, Any] | list[Any]) -> dict[str, Any]:
    """The one shape of several that a container has; two of them would need telling apart, and no event has two."""
    kind = "object" if isinstance(value, dict) else "array"
    (found,) = (choice for choice in choices if choice.get("type") == kind)
    return found
