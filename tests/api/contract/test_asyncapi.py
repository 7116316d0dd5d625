"""The AsyncAPI document, read by its own parser, and its messages against what is sent."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from jsonschema import Draft7Validator

from api.contract.asyncapi import asyncapi
from api.contract.examples import example_item
from api.contract.streams import sent_types, type_of
from deploy.assets import node
from domain.subscriber.subscriber import Way
from store.subscriber_requests import trial_item
from store.subscribers import Subscriber
from workers.kafka.subscriber_topic import in_binary_mode
from workers.webhook.message import CHALLENGE_TYPE

PARSER = Path(__file__).with_name("check_asyncapi.mjs")
WARNING = 1
"""Up to this severity a finding is one; what is above says that there is a newer AsyncAPI."""


class Parsed(NamedTuple):
    """What the parser makes of a document."""

    is_valid: bool
    messages: int
    found: list[str]


def parsed(document: dict[str, Any], folder: Path) -> Parsed:
    """Let @asyncapi/parser read it."""
    path = folder / "asyncapi.json"
    path.write_text(json.dumps(document))
    done = subprocess.run([*node(), str(PARSER), str(path)], capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    found = [f"{one['at']}: {one['says']}" for one in said["found"] if one["severity"] <= WARNING]
    return Parsed(said["isValid"], said["messages"], found)


def test_the_parser_finds_nothing_wrong_and_every_message(tmp_path: Path) -> None:
    assert parsed(asyncapi("1"), tmp_path) == Parsed(True, 2 * len(sent_types()) + 4, [])


def test_the_parser_finds_what_is_wrong(tmp_path: Path) -> None:
    document = asyncapi("1")
    document["channels"] = {"topic": document["channels"]["topic"] | {"servers": [{"$ref": "#/servers/nowhere"}]}}
    document["operations"] = document["components"] = {}
    assert not parsed(document, tmp_path).is_valid


def test_what_is_sent_fits_its_message() -> None:
    document = asyncapi("1")
    for of in sent_types():
        payload = document["components"]["messages"][of.stored_as]["payload"]
        message = Draft7Validator(payload | {"components": document["components"]})
        for is_full in (True, False):
            message.validate(example_item(of, is_full=is_full))
        wrong = example_item(of, is_full=True) | {"type": "throughline.other.v1"}
        assert not message.is_valid(wrong), type_of(of)


def test_security_is_named_for_every_server() -> None:
    document = asyncapi("1")
    for server in document["servers"].values():
        (asked,) = server["security"]
        assert asked["$ref"].rpartition("/")[2] in document["components"]["securitySchemes"]


def test_what_comes_beside_events_fits_its_message() -> None:
    messages = asyncapi("1")["components"]["messages"]
    nobody = Subscriber(uuid4(), uuid4(), "Lakeside", Way.WEBHOOK, None, False, 0)
    trial = trial_item(nobody, uuid4(), "PlanIssued", uuid4(), datetime.now(UTC))
    Draft7Validator(messages["Trial"]["payload"]).validate(trial)
    headers = {name: value.decode() for name, value in in_binary_mode("topic", trial).headers}
    Draft7Validator(messages["TrialInKafka"]["headers"]).validate(headers)
    assert messages["Challenge"]["payload"]["properties"]["type"]["const"] == CHALLENGE_TYPE


def test_what_is_written_to_a_topic_fits_its_message() -> None:
    document = asyncapi("1")
    for of in sent_types():
        message = document["components"]["messages"][f"{of.stored_as}InKafka"]
        sent = in_binary_mode("topic", example_item(of, is_full=True))
        headers = {name: value.decode() for name, value in sent.headers}
        Draft7Validator(message["headers"] | {"components": document["components"]}).validate(headers)
        payload = Draft7Validator(message["payload"] | {"components": document["components"]})
        payload.validate(json.loads(sent.value or b""))
