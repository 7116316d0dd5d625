"""`throughline subscriber` and what `throughline events` does besides listing."""

import os
import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest

from store.subscribers import KEY_PREFIX
from tests.deploy.conftest import CommandLine
from tests.waiting import PATIENCE_SECONDS

PARK = "park@example.org"


@pytest.fixture
def founded(throughline: CommandLine) -> CommandLine:
    """A network with a person of compliance and a coordinator."""
    throughline.answer("network", "create", "harbour", "--title", "Harbour", "--zone", "America/New_York")
    for email, name, role in ((PARK, "June Park", "compliance"), ("tom@example.org", "Tom Okafor", "coordinator")):
        throughline.answer("clinician", "admit", "--email", email, "--name", name, "--role", role)
    return throughline


def registered(throughline: CommandLine, way: str = "feed") -> str:
    answer = throughline.answer("subscriber", "register", "Lakeside", "--purpose", "research", "--way", way)
    return str(answer["subscriber_id"])


def test_registered_granted_keyed_and_revoked(founded: CommandLine) -> None:
    lakeside = registered(founded)
    granted = founded.answer("subscriber", "grant", lakeside, "--by", PARK, "--type", "PlanIssued", "--full")
    assert (granted["types"], granted["full"], granted["purpose"]) == (["PlanIssued"], True, "research")
    issued = founded.answer("subscriber", "key", lakeside)
    assert issued["key"].startswith(KEY_PREFIX)
    founded.answer("subscriber", "revoke", lakeside, "--key", issued["key_id"])
    (listed,) = founded.answer("subscriber", "list")
    assert listed["subscriber_id"] == lakeside
    assert listed["keys"][0]["revoked_at"] is not None
    assert issued["key"] not in founded.text("subscriber", "list", "--json")
    assert "Lakeside" in founded.text("subscriber", "list")


def test_only_compliance_grants(founded: CommandLine) -> None:
    lakeside = registered(founded)
    assert "Only compliance" in founded.refusal("subscriber", "grant", lakeside, "--by", "tom@example.org")
    assert "no type of event" in founded.refusal("subscriber", "grant", lakeside, "--by", PARK, "--type", "Nonsense")
    assert founded.answer("subscriber", "list")[0]["types"] == "none"


def test_paused_resumed_withdrawn_and_ended(founded: CommandLine) -> None:
    lakeside = registered(founded)
    founded.answer("subscriber", "grant", lakeside, "--by", PARK)
    said = [founded.answer("subscriber", command, lakeside)["recorded"] for command in ("pause", "pause", "resume")]
    assert said == [["SubscriberPaused"], [], ["SubscriberResumed"]]
    assert founded.answer("subscriber", "withdraw", lakeside)["recorded"] == ["GrantWithdrawn"]
    assert founded.answer("subscriber", "list")[0]["types"] == "none"
    assert "SubscriberEnded" in founded.text("subscriber", "end", lakeside)
    assert "no such subscriber" in founded.refusal("subscriber", "resume", lakeside)
    assert founded.answer("subscriber", "list") == []


def test_what_is_not_there_is_said(founded: CommandLine) -> None:
    for arguments in (("key", uuid4()), ("revoke", uuid4(), "--key", uuid4()), ("grant", uuid4(), "--by", PARK)):
        assert "no such subscriber" in founded.refusal("subscriber", *arguments)


def test_a_stretch_is_asked_for_by_positions_or_cursors(founded: CommandLine) -> None:
    lakeside = registered(founded, "webhook")
    last: dict[str, Any] = founded.answer("events", "--limit", "1")
    cursor = f"{last['logid']}:{last['position']}"
    to = ("--to-subscriber", lakeside)
    asked = founded.answer("events", "resend", "--from", cursor, "--to", "5", *to)
    assert (asked["from"], asked["to"]) == (last["position"], 5)
    assert "was restored" in founded.refusal("events", "resend", "--from", f"{uuid4()}:1", "--to", "5", *to)
    assert "no stretch" in founded.refusal("events", "resend", "--from", "5", "--to", "1", *to)
    assert founded.answer("events", "trigger", "PlanIssued", *to)["type"] == "PlanIssued"
    assert "no type of event" in founded.refusal("events", "trigger", "Nonsense", *to)
    assert "reads the feed" in founded.refusal(
        "events", "trigger", "PlanIssued", "--to-subscriber", registered(founded)
    )


def test_the_tail_goes_on_from_a_cursor_and_with_what_comes(founded: CommandLine) -> None:
    first = founded.answer("events", "--limit", "1")
    cursor = f"{first['logid']}:{first['position']}"
    call = [sys.executable, "-m", "deploy.cli", "events", "tail", "--after", cursor, "--limit", "4"]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True, env=os.environ | founded.environment) as following:
        assert following.stdout is not None
        before = [following.stdout.readline() for _ in range(2)]
        for _ in range(2):
            registered(founded)
        after, _ = following.communicate(timeout=PATIENCE_SECONDS)
    assert "".join(before) + after == founded.text("events", "--after", cursor, "--limit", "4")
    assert following.returncode == 0
