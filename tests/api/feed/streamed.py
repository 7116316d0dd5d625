"""A stream of events as somebody follows it."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx

from tests.waiting import PATIENCE_SECONDS


class Streamed:
    """An open stream, read by a thread of its own."""

    answer: httpx.Response

    def __init__(self) -> None:
        self.events: list[dict[str, str]] = []
        self.status = 0
        self.has_ended = False
        self.socket: socket.socket | None = None

    def cut(self) -> None:
        """The connection breaks."""
        if self.socket is not None:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def read(self, answer: httpx.Response) -> None:
        event: dict[str, str] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if line and name:
                event[name] = value
            elif event:
                self.events.append(event)
                event = {}
        self.has_ended = True

    @property
    def items(self) -> list[dict[str, Any]]:
        return [json.loads(event["data"]) for event in self.events if event.get("event", "end") != "end"]


@contextmanager
def stream(http: httpx.Client, headers: dict[str, str], **asked: Any) -> Iterator[Streamed]:
    """A stream that is open until the block is left."""
    found, opened = Streamed(), threading.Event()
    client = httpx.Client(base_url=http.base_url, timeout=PATIENCE_SECONDS)

    def follow() -> None:
        try:
            with client.stream("GET", "/events/stream", params=asked, headers=headers) as answer:
                found.status, found.answer = answer.status_code, answer
                found.socket = answer.extensions["network_stream"].get_extra_info("socket")
                opened.set()
                found.read(answer)
        except (httpx.HTTPError, ValueError, RuntimeError):
            found.has_ended = True  # closed from our side
        finally:
            opened.set()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        assert opened.wait(PATIENCE_SECONDS)
        yield found
    finally:
        found.cut()
        thread.join(PATIENCE_SECONDS)
        client.close()
