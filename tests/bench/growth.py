"""What a hundred times as many events change: two logs side by side, measured in turn."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from itertools import cycle
from statistics import median
from urllib.parse import urlsplit
from uuid import uuid4

from deploy.read_models import bring_to_head, open_log
from deploy.wiring import Wiring
from projections import READ_MODELS
from projections.engine.catch_up import catch_up
from tests.bench.house import House, house, wiring_of
from tests.bench.http import body, command_path
from tests.bench.log import courses, fill
from tests.bench.pairs import PAIRS, Row, grown
from tests.bench.plans import Scans
from tests.bench.programs import Program, serving, signed_in
from workers.shift import connect

SMALL, LARGE = 10_000, 1_000_000
EPISODES = 300
LENGTH = 50
AT_ONCE = 40
LIMIT = 1.25


class Log:
    """One log of a size, served and projected; what is measured on it takes milliseconds."""

    def __init__(self, built: House, wiring: Wiring, serve: Program, stack: ExitStack) -> None:
        self.built = built
        self._connection = HTTPConnection(urlsplit(serve.address).netloc)
        self._headers = signed_in(wiring)
        episodes = courses(built.superuser_url, length=LENGTH, copies=EPISODES)
        self.an_episode = episodes[0]
        bring_to_head(wiring)
        self._commands = cycle([command_path(one) for one in episodes])
        self._pages = cycle([f"/episodes/{one}/timeline" for one in episodes])
        url = wiring.addresses.for_work
        self._work = stack.enter_context(connect(url))
        self._source = stack.enter_context(open_log(url))
        self.program = serve

    def reconnect(self) -> None:
        """The server hangs up on a connection that rests for seconds."""
        self._connection.close()
        self._connection.connect()

    def command(self) -> float:
        """A command over HTTP; the first on a course also loads it."""
        headers = {**self._headers, "Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
        return self._answered("POST", next(self._commands), body(), headers)

    def page(self) -> float:
        """A timeline page."""
        return self._answered("GET", next(self._pages), None, self._headers)

    def projection(self) -> float:
        """What the commands before it take to reach every read model, per event."""
        begun = time.perf_counter()
        catch_up(self._work, self._source, READ_MODELS, holder=f"bench {uuid4()}")
        return (time.perf_counter() - begun) * 1000 / AT_ONCE

    def _answered(self, method: str, path: str, content: str | None, headers: dict[str, str]) -> float:
        begun = time.perf_counter()
        self._connection.request(method, path, content, headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} was answered with {answer.status}")
        return (time.perf_counter() - begun) * 1000


def run() -> Iterator[Row]:
    with ExitStack() as stack:
        small, large = (stack.enter_context(_log(events)) for events in (SMALL, LARGE))
        scans = Scans(large.built.superuser_url)
        taken = [(_slice(small), _slice(large)) for _ in range(PAIRS)]
        memory = f"memory of serve: {small.program.resident_mib} and {large.program.resident_mib} MiB"
        for what in ("command", "page", "projection"):
            pairs = [(few[what], many[what]) for few, many in taken[1:]]
            yield grown(f"growth of {what} p50 from {SMALL:,} to {LARGE:,} events", pairs, LIMIT, memory)
        yield scans.since(PAIRS * 2 * AT_ONCE, large.an_episode)


@contextmanager
def _log(events: int) -> Iterator[Log]:
    with house() as built, wiring_of(built.data) as wiring, ExitStack() as stack:
        fill(built.superuser_url, events)
        bring_to_head(wiring)
        with serving(built.data) as serve:
            yield Log(built, wiring, serve, stack)


def _slice(log: Log) -> dict[str, float]:
    """The median of each in milliseconds."""
    log.reconnect()
    doing: dict[str, tuple[Callable[[], float], int]] = {
        "command": (log.command, AT_ONCE),
        "page": (log.page, AT_ONCE),
        "projection": (log.projection, 1),
    }
    return {what: median(once() for _ in range(times)) for what, (once, times) in doing.items()}
