"""How events come, as an AsyncAPI 3.0 document: three ways, one numbering, a message for every event type.

The schemas in it are those of the present release; `/schemas` has every one that was published.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from api.contract.examples import example_item
from api.contract.schema import data_schema, thin_schema
from api.contract.streams import meaning_of, sent_types, type_of
from domain.event import Event
from store.feed import THIN_SCHEMA

INFO = (
    "Events of a care network for those who follow it under a grant. At least once, in order within each stream, with "
    "ids that never change. Thin by default: ids only. Sealed text and psychotherapy notes are never sent. "
    "`previous` is the position before in your own view: where it is not the one you have, ask again from your cursor, "
    "`logid:position`."
)
TEXT, NUMBER, ID = {"type": "string"}, {"type": "integer"}, {"type": "string", "format": "uuid"}
INSTANT = {"type": "string", "format": "date-time"}
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "specversion": {**TEXT, "const": "1.0"},
    "id": {**ID, "description": "Never changes; what comes twice has the same."},
    "source": TEXT,
    "type": TEXT,
    "subject": {**TEXT, "description": "kind and id of the stream; order is kept within it"},
    "time": {**INSTANT, "description": "when it happened"},
    "recordedtime": {**INSTANT, "description": "when it was known"},
    "datacontenttype": {**TEXT, "const": "application/json"},
    "dataschema": {**TEXT, "description": f"where the schema of the data stands; {THIN_SCHEMA} where ids are all"},
    "logid": {**ID, "description": "new after a restore: then read again from the beginning"},
    "position": {**NUMBER, "description": "place in the log; it grows"},
    "streamversion": {**NUMBER, "description": "place in the stream"},
    "previous": {**NUMBER, "description": "the position before in your view; absent on your first"},
    "actorid": {**ID, "description": "who decided it; beside the data of a full item"},
    "actorrole": TEXT,
    "correlationid": ID,
}
OPTIONAL = frozenset({"previous", "actorid", "actorrole", "correlationid"})
KEY, SCRAM, SIGNED = "subscriberKey", "topicUser", "signature"


def asyncapi(version: str) -> dict[str, Any]:
    """The whole document; `version` is that of the release."""
    types = sent_types()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Throughline events",
            "version": version,
            "description": INFO,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": _servers(),
        "channels": _channels(types),
        "operations": _operations(),
        "components": {
            "securitySchemes": _security(),
            "schemas": _schemas(types),
            "messages": {name: message for of in types for name, message in _messages(of).items()},
        },
    }


def _servers() -> dict[str, Any]:
    return {
        "http": {
            "host": "{host}",
            "protocol": "https",
            "description": "The installation itself. Pages of the feed are described by /openapi.json.",
            "variables": {"host": {"description": "where the installation is reached"}},
            "security": [_ref("securitySchemes", KEY)],
        },
        "kafka": {
            "host": "{bootstrap}",
            "protocol": "kafka-secure",
            "variables": {"bootstrap": {"description": "host and port of the brokers, as the operator names them"}},
            "security": [_ref("securitySchemes", SCRAM)],
        },
        "receiver": {
            "host": "{receiver}",
            "protocol": "https",
            "description": "Yours: the address to which webhooks are posted.",
            "variables": {"receiver": {"description": "host of the address that was set"}},
            "security": [_ref("securitySchemes", SIGNED)],
        },
    }


def _channels(types: Sequence[type[Event]]) -> dict[str, Any]:
    structured = {of.stored_as: _ref("messages", of.stored_as) for of in types}
    binary = {_in_kafka(of): _ref("messages", _in_kafka(of)) for of in types}
    return {
        "stream": {
            "address": "/events/stream",
            "title": "Server-sent events",
            "description": "One item an event, from `Last-Event-ID` or `after` on. The `id` of an event is the cursor.",
            "servers": [{"$ref": "#/servers/http"}],
            "messages": structured,
        },
        "webhook": {
            "address": "{path}",
            "title": "Webhook",
            "description": "One POST an event, signed after Standard Webhooks. An answer of 2xx says that you have it.",
            "servers": [{"$ref": "#/servers/receiver"}],
            "parameters": {"path": {"description": "path of the address that was set"}},
            "messages": structured,
        },
        "topic": {
            "address": "throughline.subscriber.{subscriber_id}.v1",
            "title": "Kafka topic of one subscriber",
            "description": "CloudEvents in binary mode: attributes as headers `ce_…`, the data as value, the id of the "
            "stream as key.",
            "servers": [{"$ref": "#/servers/kafka"}],
            "parameters": {"subscriber_id": {"description": "your own; no other topic may be read"}},
            "messages": binary,
        },
    }


def _operations() -> dict[str, Any]:
    """From the side of the installation: it sends on all three."""
    return {
        f"send_{channel}": {"action": "send", "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary}
        for channel, summary in (
            ("stream", "Sends what is recorded while you listen, and what you have missed."),
            ("webhook", "Posts what is recorded, and tries again for about three days."),
            ("topic", "Writes what is recorded; what you have not read waits for you."),
        )
    }


def _security() -> dict[str, Any]:
    return {
        KEY: {"type": "http", "scheme": "bearer", "description": "A key of the subscriber, shown once when issued."},
        SCRAM: {"type": "scramSha256", "description": "A user who may read the subscriber's own topic."},
        SIGNED: {
            "type": "httpApiKey",
            "name": "webhook-signature",
            "in": "header",
            "description": "HMAC-SHA256 over id, time and body with the secret of the address (Standard Webhooks).",
        },
    }


def _schemas(types: Sequence[type[Event]]) -> dict[str, Any]:
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


def _messages(of: type[Event]) -> dict[str, Any]:
    """One event type as a whole in a body, and by headers and value in Kafka."""
    data = {"anyOf": [_ref("schemas", "Thin"), _ref("schemas", of.stored_as)]}
    own_type = {"properties": {"type": {"const": type_of(of)}, "data": data}, "required": ["data"]}
    words = {"title": of.stored_as, "summary": meaning_of(of)}
    return {
        of.stored_as: {
            "name": type_of(of),
            **words,
            "contentType": "application/cloudevents+json",
            "payload": {"allOf": [_ref("schemas", "Attributes"), own_type]},
            "examples": [{"name": "full", "payload": example_item(of, is_full=True)}],
        },
        _in_kafka(of): {
            "name": type_of(of),
            **words,
            "contentType": "application/json",
            "headers": {"allOf": [_ref("schemas", "Headers"), {"properties": {"ce_type": {"const": type_of(of)}}}]},
            "payload": data,
            "bindings": {"kafka": {"key": {**ID, "description": "id of the stream"}}},
        },
    }


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


def _in_kafka(of: type[Event]) -> str:
    return f"{of.stored_as}InKafka"


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
