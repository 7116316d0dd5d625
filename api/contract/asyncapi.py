"""How events come, as an AsyncAPI 3.0 document: three ways, one numbering, a message for every event type.

The schemas in it are those of the present release; `/schemas` has every one that was published.
"""

from collections.abc import Sequence
from typing import Any

from api.contract.asyncapi_messages import beside_events, in_kafka, messages_of, ref, schemas
from api.contract.streams import sent_types
from domain.event import Event

INFO = (
    "Events of a care network for those who follow it under a grant. At least once, in order within each stream, with "
    "ids that never change. Thin by default: ids only. Sealed text and psychotherapy notes are never sent. "
    "`previous` is the position before in your own view: where it is not the one you have, ask again from your cursor, "
    "`logid:position`."
)
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
            "schemas": schemas(types),
            "messages": {name: message for of in types for name, message in messages_of(of).items()} | beside_events(),
        },
    }


def _servers() -> dict[str, Any]:
    return {
        "http": {
            "host": "{host}",
            "protocol": "https",
            "description": "The installation itself. Pages of the feed are described by /openapi.json.",
            "variables": {"host": {"description": "where the installation is reached"}},
            "security": [ref("securitySchemes", KEY)],
        },
        "kafka": {
            "host": "{bootstrap}",
            "protocol": "kafka-secure",
            "variables": {"bootstrap": {"description": "host and port of the brokers, as the operator names them"}},
            "security": [ref("securitySchemes", SCRAM)],
        },
        "receiver": {
            "host": "{receiver}",
            "protocol": "https",
            "description": "Yours: the address to which webhooks are posted.",
            "variables": {"receiver": {"description": "host of the address that was set"}},
            "security": [ref("securitySchemes", SIGNED)],
        },
    }


def _channels(types: Sequence[type[Event]]) -> dict[str, Any]:
    structured = {of.stored_as: ref("messages", of.stored_as) for of in types}
    binary = {in_kafka(of): ref("messages", in_kafka(of)) for of in types}
    return {
        "stream": {
            "address": "/events/stream",
            "title": "Server-sent events",
            "description": "One item an event, from `Last-Event-ID` or `after` on. The `id` of an event is the cursor.",
            "servers": [{"$ref": "#/servers/http"}],
            "messages": structured | {"End": ref("messages", "End")},
        },
        "webhook": {
            "address": "{path}",
            "title": "Webhook",
            "description": "One POST an event, signed after Standard Webhooks. An answer of 2xx says that you have it.",
            "servers": [{"$ref": "#/servers/receiver"}],
            "parameters": {"path": {"description": "path of the address that was set"}},
            "messages": structured | {name: ref("messages", name) for name in ("Challenge", "Trial")},
        },
        "topic": {
            "address": "throughline.subscriber.{subscriber_id}.v1",
            "title": "Kafka topic of one subscriber",
            "description": "CloudEvents in binary mode: attributes as headers `ce_…`, the data as value, the id of the "
            "stream as key.",
            "servers": [{"$ref": "#/servers/kafka"}],
            "parameters": {"subscriber_id": {"description": "your own; no other topic may be read"}},
            "messages": binary | {"TrialInKafka": ref("messages", "TrialInKafka")},
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
