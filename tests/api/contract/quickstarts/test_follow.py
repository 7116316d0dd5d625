"""The program that follows the stream, on the real server behind a connection that loses, repeats and breaks off."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.api.clinic import Clinic
from tests.api.contract.quickstarts.program import Program, started
from tests.api.course import referred
from tests.api.subscribed import ClinicsSubscriber
from tests.browser.served import Server
from tests.waiting import PATIENCE_SECONDS

FOLLOW = Path(__file__).parents[4] / "api" / "contract" / "quickstarts" / "follow.sh"
EVENTS = re.compile(rb".+?(?:\r?\n\r?\n|\Z)", re.DOTALL)
"""Of a stream, with the empty line that ends each."""


class Faulty:
    """The application behind a bad connection: each position in `loses` is lost once, each in `repeats` comes twice."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.loses: set[int] = set()
        self.repeats: set[int] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def badly(message: Message) -> None:
            for body in EVENTS.findall(message.get("body", b"")) or [b""]:  # as many as came in one go
                if self._is_in(self.loses, body):
                    continue
                one = message if message["type"] == "http.response.start" else {**message, "body": body}
                await send(one)
                if self._is_in(self.repeats, body):
                    await send(one)

        await self.app(scope, receive, badly if scope.get("path") == "/events/stream" else send)

    def _is_in(self, positions: set[int], body: bytes) -> bool:
        found = {position for position in positions if f'"position":{position},'.encode() in body}
        positions -= found
        return bool(found)


class Follower:
    """A subscriber of the clinic, and the program that follows for it."""

    def __init__(self, clinic: Clinic, folder: Path) -> None:
        self.clinic, self.folder = clinic, folder
        self.lakeside = ClinicsSubscriber(clinic)
        self.faulty = Faulty(clinic.app)
        self.server = Server(self.faulty)

    @contextmanager
    def running(self, **more: str) -> Iterator[Program]:
        settings = {"THROUGHLINE": self.server.address, "KEY": self.lakeside.key, "PAUSE": "0.2", **more}
        with started("follow.sh", self.folder, **settings) as program:
            yield program

    @property
    def seen(self) -> list[int]:
        """Positions of its view, as the feed has them in pages."""
        answer = httpx.get(
            f"{self.server.address}/events",
            params={"limit": 1000},
            headers=self.lakeside.headers,
            timeout=PATIENCE_SECONDS,
        )
        return [one["position"] for one in answer.json()["events"]]

    @property
    def kept(self) -> list[int]:
        """Positions of the events in its file, in the order in which they stand there."""
        return [json.loads(line)["position"] for line in (self.folder / "events.jsonl").read_text().splitlines()]


NEEDED = ("bash", "curl", "jq")


@pytest.fixture
def follower(clinic: Clinic, tmp_path: Path) -> Iterator[Follower]:
    if missing := [program for program in NEEDED if shutil.which(program) is None]:
        pytest.skip(f"{' and '.join(missing)}: not installed")
    one = Follower(clinic, tmp_path)
    yield one
    one.server.stop()


def test_it_keeps_every_event_once_whatever_the_connection_does(follower: Follower) -> None:
    follower.lakeside.grant(with_history=True)
    referred(follower.clinic)
    seen = follower.seen
    follower.faulty.loses, follower.faulty.repeats = {seen[2]}, {seen[1]}
    with follower.running() as program:
        program.says(f"again {seen[1]}")
        program.says(f"missing {seen[2]}")
        program.says(f"new {seen[-1]}")
        program.kill()
    assert follower.kept == seen
    referred(follower.clinic)
    more = follower.seen
    with follower.running() as program:
        program.says(f"new {more[-1]}")
        assert not [line for line in program.said if line.startswith(("again", "missing"))], "it went on where it was"
    assert follower.kept == more


def counting_starts(folder: Path, *names: str) -> str:
    """A search path on which each of these programs writes down that it was started, and then does its work."""
    bin = folder / "bin"
    bin.mkdir()
    for name in names:
        real = shutil.which(name)
        (bin / name).write_text(f'#!/bin/sh\necho {name} >>"{folder}/started"\nexec {real} "$@"\n')
        (bin / name).chmod(0o755)
    return f"{bin}:{os.environ['PATH']}"


def test_it_starts_no_program_for_an_event(follower: Follower) -> None:
    follower.lakeside.grant(with_history=True)
    for _ in range(8):
        referred(follower.clinic)
    seen = follower.seen
    path = counting_starts(follower.folder, "jq", "grep", "tail", "curl", "cat")
    with follower.running(PATH=path) as program:
        program.says(f"new {seen[-1]}")
    assert follower.kept == seen
    started_programs = (follower.folder / "started").read_text().splitlines()
    assert len(started_programs) < len(seen), "so many for a whole stream, however long it is"


def test_it_leaves_what_is_kept_where_a_program_is_missing(tmp_path: Path) -> None:
    kept, programs = tmp_path / "events.jsonl", tmp_path / "programs"
    kept.write_text('{"id":"1"}\n')
    programs.mkdir()
    for name in ("curl", "mv", "tail", "touch"):
        (programs / name).symlink_to(str(shutil.which(name)))
    settings = {"PATH": str(programs), "THROUGHLINE": "http://127.0.0.1:9", "KEY": "none", "KEPT": str(kept)}
    told = subprocess.run(
        ["/bin/bash", FOLLOW], env=settings, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert (told.returncode, kept.read_text()) == (1, '{"id":"1"}\n')
    assert "jq" in told.stderr


def test_it_ends_with_the_reason_when_the_key_is_revoked(follower: Follower) -> None:
    follower.lakeside.grant(with_history=True)
    with follower.running() as program:
        program.says("new")
        follower.lakeside.revoke()
        assert program.ends() == 1
    assert "Ask the network for another" in program.said[-1]


def test_it_begins_anew_beside_what_it_has_after_a_restore(follower: Follower) -> None:
    follower.lakeside.grant(with_history=True)
    referred(follower.clinic)
    with follower.running() as program:
        program.says(f"new {follower.seen[-1]}")
    before = (follower.folder / "events.jsonl").read_text()
    other_log = before.replace(json.loads(before.splitlines()[0])["logid"], str(uuid4()))
    (follower.folder / "events.jsonl").write_text(other_log)
    with follower.running() as program:
        program.says(f"new {follower.seen[-1]}")
    assert follower.kept == follower.seen
    assert (follower.folder / "events.jsonl.of-the-log-before").read_text() == other_log
