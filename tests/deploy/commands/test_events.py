"""`throughline events`: the feed in order, without gaps, without anything that was sealed."""

import json
from typing import Any
from uuid import UUID

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from tests.deploy.conftest import CommandLine


def read(throughline: CommandLine, *arguments: object) -> list[dict[str, Any]]:
    return [json.loads(line) for line in throughline.text("events", *arguments).splitlines()]


def cursor(event: dict[str, Any]) -> str:
    return f"{event['logid']}:{event['position']}"


def test_every_event_comes_once_in_order_and_names_the_one_before(filled: CommandLine) -> None:
    events = read(filled)
    assert [event["type"] for event in events[:2]] == [
        "throughline.network.NetworkCreated.v1",
        "throughline.network.ProtocolAdopted.v1",
    ]
    assert sum(event["type"] == "throughline.episode.OutcomeRecorded.v1" for event in events) == 3
    positions = [event["position"] for event in events]
    assert positions == sorted(set(positions))
    assert [event.get("previous") for event in events] == [None, *positions[:-1]]


def test_pages_joined_by_their_cursors_are_the_whole(filled: CommandLine) -> None:
    whole, joined = read(filled), read(filled, "--limit", 4)
    while page := read(filled, "--after", cursor(joined[-1]), "--limit", 4):
        assert page[0]["previous"] == joined[-1]["position"]
        joined += page
    assert joined == whole


def test_each_is_a_cloud_event_with_ids_only(filled: CommandLine) -> None:
    events = read(filled)
    for event in events:
        read_back = JSONFormat().read(CloudEvent, json.dumps(event))
        assert read_back.get_id() == event["id"]
        assert event["subject"] == f"{event['data']['stream_type']}/{event['data']['stream_id']}"
    assert "sealed.v1." not in json.dumps(events)


def test_a_network_sees_its_own_events_only(filled: CommandLine) -> None:
    filled.answer("network", "create", "other", "--title", "Other", "--zone", "UTC")
    own = read(filled, "--network", "other")
    assert [event["type"] for event in own] == ["throughline.network.NetworkCreated.v1"]
    assert "previous" not in own[0]
    assert len(read(filled)) == len(read(filled, "--network", "harbour")) + 1


def test_a_cursor_of_another_log_says_how_to_resync(filled: CommandLine) -> None:
    refusal = filled.refusal("events", "--after", "00000000-0000-4000-8000-000000000001:3")
    assert "it was restored from a copy" in refusal
    assert "read again from the beginning without a cursor" in refusal


@pytest.mark.parametrize("cursor", ["3", "not-a-log:3", f"{UUID(int=7)}:-1", f"{UUID(int=7)}:"])
def test_a_cursor_that_is_none_is_refused(filled: CommandLine, cursor: str) -> None:
    assert filled.refusal("events", "--after", cursor).startswith("A cursor is the id of the log")
