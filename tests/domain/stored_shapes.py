"""The JSON shape of every stored event, for one page that shows what was promised.

`python -m tests.domain.stored_shapes` writes the page anew; the commit says why a shape changed.
"""

import json
from pathlib import Path
from typing import Any

import domain.clinician
import domain.episode
import domain.network
import domain.patient
import domain.protocol.life
import domain.psychotherapy_note
import domain.subscriber
from domain.event import EVENTS, Event

PAGE = Path(__file__).with_name("stored_shapes.json")
EVERYTHING = (
    domain.clinician,
    domain.episode,
    domain.network,
    domain.patient,
    domain.protocol.life,
    domain.psychotherapy_note,
    domain.subscriber,
)


def shapes() -> dict[str, Any]:
    """Stored name to stream, version, sensitivity and fields, in alphabetical order."""
    return {name: _event(EVENTS[name]) for name in sorted(EVENTS)}


def page() -> str:
    """The shapes as text: a line per field."""
    return json.dumps(shapes(), indent=1, ensure_ascii=False) + "\n"


def _event(event_class: type[Event]) -> dict[str, Any]:
    schema = event_class.model_json_schema(mode="serialization")
    return {
        "stream": event_class.stream,
        "version": event_class.schema_version,
        "sensitivity": event_class.sensitivity,
        **({"happened_in": event_class.happened_in} if event_class.happened_in else {}),
        "fields": _fields(schema, schema.get("$defs", {}), event_class),
    }


def _fields(schema: dict[str, Any], defs: dict[str, Any], event_class: type[Event] | None = None) -> dict[str, Any]:
    shown = {}
    for name, field in schema.get("properties", {}).items():
        shape = _shape(field, defs)
        may_be_missing = event_class is not None and not event_class.model_fields[name].is_required()
        shown[f"{name}?" if may_be_missing else name] = shape
    return shown


def _shape(schema: dict[str, Any], defs: dict[str, Any]) -> Any:
    match schema:
        case {"$ref": str(ref)}:
            return _shape(defs[ref.rsplit("/", 1)[-1]], defs)
        case {"anyOf": [*choices]}:
            return _either([_shape(choice, defs) for choice in choices])
        case {"enum": [*values]}:
            return " | ".join(str(value) for value in values)
        case {"const": value}:
            return str(value)
        case {"type": "array", "items": dict(items)}:
            return [_shape(items, defs)]
        case {"type": "object", "properties": _}:
            return _fields(schema, defs)
        case {"type": "object", "additionalProperties": dict(values)}:
            return {"*": _shape(values, defs)}
        case {"description": "sealed on arrival"}:
            return "sealed"
        case {"type": kind, "format": form}:
            return f"{kind} {form}"
        case {"type": kind}:
            return kind
        case _:
            return "anything"


def _either(shapes: list[Any]) -> Any:
    """A choice of shapes; of a nested object or nothing, the object with null beside it."""
    if all(isinstance(shape, str) for shape in shapes):
        return " or ".join(shapes)
    return shapes


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
