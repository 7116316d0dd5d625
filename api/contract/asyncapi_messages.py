"""The messages of the AsyncAPI document: every event type in a body and in Kafka, and what comes beside events."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.contract.examples import example_item
from api.contract.schema import data_schema, thin_schema
from api.contract.streams import meaning_of, type_of
from domain.event import Event
from store.feed import THIN_SCHEMA

TEXT, NUMBER, ID = {"type": "string"}, {"type": "integer"}, {"type": "string", "format": "uuid"}
INSTANT = {"type": "string", "format": "date-time"}
CHALLENGE_TYPE = "throughline.subscriber.WebhookChallenge.v1"
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "specversion": {**TEXT, "const": "1.0"},
    "id": {**ID, "description": "Never changes; what comes twice has the same."},
    "source": TEXT,
    "type": TEXT,
    "subject": {**TEXT, "description": "kind and id of the stream; order is kept within it"},
    "time": {**INSTANT, "description": "when it happened"},
    "recordedtime": {**INSTANT, "description": "when it was known"},
    "datacontenttype": {**TEXT, "const": "application/json"},
    "dataschema": {
        **TEXT,
        "format": "uri",
        "description": f"where the schema stands; {THIN_SCHEMA} at this installation where ids are all; absent "
        "where the installation has no address of its own",
    },
    "logid": {**ID, "description": "new after a restore: then read again from the beginning"},
    "position": {**NUMBER, "description": "place in the log; it grows"},
    "streamversion": {**NUMBER, "description": "place in the stream"},
    "previous": {**NUMBER, "description": "the position before in your view; absent on your first"},
    "actorid": {**ID, "description": "who decided it; beside the data of a full item"},
    "actorrole": TEXT,
    "correlationid": ID,
}
OPTIONAL = frozenset({"dataschema", "previous", "actorid", "actorrole", "correlationid"})


def schemas(types: Sequence[type[Event]]) -> dict[str, Any]:
    """Those of the data, and of the attributes in a body and in headers."""
    attributes = {"type": "object", "required": sorted(ATTRIBUTES.keys() - OPTIONAL)}
    headers = {f"ce_{name}": of if of["type"] == "string" else TEXT for name, of in ATTRIBUTES.items()}
    return {
        "Thin": _as_async(thin_schema()),
        "Attributes": {**attributes, "properties": ATTRIBUTES},
        "Headers": {
            "type": "object",
            "properties": {"content-type": TEXT, **headers},
            "required": [f"ce_{name}" for name in attributes["required"] if name != "datacontenttype"],
        },
    } | {of.stored_as: _as_async(data_schema(of)) for of in types}


def messages_of(of: type[Event]) -> dict[str, Any]:
    """One event type as a whole in a body, and by headers and value in Kafka."""
    data = {"anyOf": [ref("schemas", "Thin"), ref("schemas", of.stored_as)]}
    own_type = {"properties": {"type": {"const": type_of(of)}, "data": data}, "required": ["data"]}
    words = {"title": of.stored_as, "summary": meaning_of(of)}
    return {
        of.stored_as: {
            "name": type_of(of),
            **words,
            "contentType": "application/cloudevents+json",
            "payload": {"allOf": [ref("schemas", "Attributes"), own_type]},
            "examples": [{"name": "full", "payload": example_item(of, is_full=True)}],
        },
        in_kafka(of): {
            "name": type_of(of),
            **words,
            "contentType": "application/json",
            "headers": {"allOf": [ref("schemas", "Headers"), {"properties": {"ce_type": {"const": type_of(of)}}}]},
            "payload": data,
            "bindings": {"kafka": {"key": {**ID, "description": "id of the stream"}}},
        },
    }


def beside_events() -> dict[str, Any]:
    """What comes beside events: it is about nobody, at no position, and moves no cursor."""
    attributes = {name: ATTRIBUTES[name] for name in ("specversion", "id", "source", "type", "subject", "time")}
    own = {"type": "object", "properties": attributes, "required": [*attributes, "data"]}
    trial_type = {**TEXT, "description": "the type that somebody asked to try"}
    return {
        "Trial": {
            "title": "Trial",
            "summary": "Somebody wants to see whether events arrive. It has no position.",
            "contentType": "application/cloudevents+json",
            "payload": own | {"properties": attributes | {"test": {"const": True}, "type": trial_type}},
        },
        "TrialInKafka": {
            "title": "Trial",
            "summary": "Somebody wants to see whether events arrive. It has no position.",
            "contentType": "application/json",
            "headers": {"type": "object", "properties": {"ce_test": {"const": "true"}, "ce_type": trial_type}},
            "payload": {"type": "object"},
        },
        "Challenge": {
            "title": "Challenge",
            "summary": "Asks whether the receiver holds the secret: the body of the answer is the HMAC-SHA256 of "
            "`data.challenge` with it, in base64. Nothing else is posted until then.",
            "contentType": "application/cloudevents+json",
            "payload": own
            | {
                "properties": attributes
                | {
                    "type": {"const": CHALLENGE_TYPE},
                    "data": {
                        "type": "object",
                        "properties": {"challenge": TEXT, "url": TEXT},
                        "required": ["challenge", "url"],
                    },
                }
            },
        },
        "End": {
            "title": "End",
            "summary": "An event named `end`: rights ended or the server does, and why. Ask again with your cursor.",
            "contentType": "application/json",
            "payload": {"type": "object", "properties": {"title": TEXT, "detail": TEXT}, "required": ["detail"]},
        },
    }


def in_kafka(of: type[Event]) -> str:
    return f"{of.stored_as}InKafka"


def ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _as_async(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same in the dialect of AsyncAPI, which is older: it writes the places of a tuple as `items`."""
    kept = {key: value for key, value in schema.items() if key not in ("$schema", "prefixItems")}
    if "properties" in kept:
        kept["properties"] = {name: _as_async(of) for name, of in kept["properties"].items()}
    if "prefixItems" in schema:
        kept["items"] = list(schema["prefixItems"])
    elif isinstance(kept.get("items"), Mapping):
        kept["items"] = _as_async(kept["items"])
    return kept
