"""Commands at a steady rate, each timed from when it was due, so that a slow answer hides nothing."""

import threading
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from itertools import cycle
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import orjson

from tests.bench.http import body
from tests.bench.programs import Program


class Sent(NamedTuple):
    """A command: when it was due and when it was answered (`perf_counter`), and where in the log it was recorded."""

    due_at: float
    answered_at: float
    position: int

    @property
    def milliseconds(self) -> float:
        return (self.answered_at - self.due_at) * 1000


def send_steadily(
    serve: Program,
    paths: Sequence[str],
    headers: Mapping[str, str],
    *,
    per_second: float,
    seconds: float,
    clients: int,
) -> list[Sent]:
    """Send for so long; a command that is refused ends the run, since its time says nothing."""
    sent: list[Sent] = []
    failures: list[Exception] = []
    due = iter(range(int(per_second * seconds)))
    turns, lock, begun = cycle(paths), threading.Lock(), time.perf_counter()

    def send() -> None:
        connection = HTTPConnection(urlsplit(serve.address).netloc)
        while not failures:
            with lock:
                number, path = next(due, None), next(turns)
            if number is None:
                return
            due_at = begun + number / per_second
            time.sleep(max(0.0, due_at - time.perf_counter()))
            try:
                sent.append(Sent(due_at, *_answered(connection, path, headers)))
            except Exception as failure:
                failures.append(failure)

    threads = [threading.Thread(target=send) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sent


def _answered(connection: HTTPConnection, path: str, headers: Mapping[str, str]) -> tuple[float, int]:
    connection.request("POST", path, body(), {**headers, "Idempotency-Key": uuid4().hex})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"a command was answered {answer.status}")
    return time.perf_counter(), orjson.loads(content)["position"]
