"""The fields of an event type as lines to read: name, kind and unit of what may be sent, and what is sealed."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from api.contract.schema import data_schema
from api.contract.units import unit_of
from domain.event import Event
from domain.sealed import KEPT_BACK, SEALED

KINDS = {
    "uuid": "id",
    "date-time": "instant, with its offset",
    "date": "calendar day",
    "decimal": "decimal number, as text",
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "object": "object",
    "null": "nothing",
}
MANY = 8
"""Values of a closed set that are shown at once; the rest is folded."""


class FieldShown(NamedTuple):
    """One field. `path` leads into nested objects by dots; `[]` is each of a list, `*` any name."""

    path: str
    kind: str
    unit: str | None
    values: tuple[str, ...]
    """Of a closed set; empty where any value may come."""
    is_optional: bool
    says: str | None

    @property
    def first_values(self) -> tuple[str, ...]:
        return self.values[:MANY]

    @property
    def more_values(self) -> tuple[str, ...]:
        return self.values[MANY:]


def open_of(of: type[Event]) -> list[FieldShown]:
    """What a full grant sends."""
    return list(_fields(data_schema(of), ""))


def sealed_of(of: type[Event]) -> list[str]:
    """What is recorded and never sent, by its path."""
    whole = of.model_json_schema(mode="serialization")
    return list(_sealed(whole, whole.get("$defs", {}), ""))


def _fields(schema: Mapping[str, Any], prefix: str) -> Iterator[FieldShown]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        yield from _field(field, f"{prefix}{name}", name, name not in required)


def _field(schema: Mapping[str, Any], path: str, name: str, is_optional: bool) -> Iterator[FieldShown]:
    shape, may_be_null = _without_null(schema)
    ending, inner = _container(shape)
    kind = KINDS.get(inner.get("format", ""), KINDS.get(str(inner.get("type")), "anything"))
    kind = f"list: {kind}" if ending == "[]" else kind
    unit = None if inner.get("format") in ("date-time", "date") else unit_of(name, inner.get("format", ""))
    says = inner.get("description") if inner.get("type") == "object" or "enum" in inner else None
    values = tuple(map(str, inner.get("enum", ())))
    yield FieldShown(path, f"{kind} or null" if may_be_null else kind, unit, values, is_optional, says)
    yield from _fields(inner, f"{path}{ending}.")
    if isinstance(of := inner.get("additionalProperties"), Mapping):
        yield from _field(of, f"{path}{ending}.*", name, True)


def _without_null(schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    choices = schema.get("anyOf")
    if not choices:
        return schema, False
    kept = [choice for choice in choices if choice.get("type") != "null"]
    return kept[0], len(kept) < len(choices)


def _container(schema: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Of a list what is in it, otherwise the shape itself."""
    if schema.get("type") != "array":
        return "", schema
    inner, _ = _without_null(schema["items"])
    return "[]", inner


def _sealed(schema: Mapping[str, Any], defs: Mapping[str, Any], path: str) -> Iterator[str]:
    if SEALED in schema or KEPT_BACK in schema:
        yield path
        return
    match schema:
        case {"$ref": str(ref)}:
            yield from _sealed(defs[ref.rsplit("/", 1)[-1]], defs, path)
        case {"properties": dict(fields)}:
            for name, field in fields.items():
                yield from _sealed(field, defs, f"{path}.{name}" if path else name)
        case {"anyOf": [*choices]}:
            for choice in choices:
                yield from _sealed(choice, defs, path)
        case {"items": dict(items)}:
            yield from _sealed(items, defs, f"{path}[]")
