"""What a hundred times as many open episodes change in a list: two networks side by side, asked in turn."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from deploy.demo.cast import LINDQVIST, OKAFOR, PARK, RIVERA, Staff
from deploy.read_models import bring_to_head
from deploy.wiring import Wiring
from tests.bench.house import house, wiring_of
from tests.bench.network import grow
from tests.bench.pairs import PAIRS, Row, grown
from tests.bench.programs import Program, serving, signed_in

FEW, MANY = 100, 10_000
CLOSED = 1
"""Closed episodes for each open one."""
PATIENCE_SECONDS = 60
LOOKS = 5


class Page(NamedTuple):
    """`limit`: how many times as long it may take in the larger network, in which its reader also has more to do."""

    path: str
    who: Staff
    limit: float


PAGES = (
    Page("/caseload", LINDQVIST, 10),
    Page("/worklist", RIVERA, 25),
    Page("/coordination", OKAFOR, 25),
    Page("/late-entries", PARK, 25),
    Page("/overrides", PARK, 10),
    Page("/erasures", PARK, 2),
    Page("/sign-ins", PARK, 2),
)


class Network(NamedTuple):
    wiring: Wiring
    serve: Program

    def warm(self, page: Page) -> None:
        """A process that has just begun goes through the open courses first, and asks for patience meanwhile."""
        for _ in range(LOOKS):
            with suppress(RuntimeError):
                self.milliseconds(page)
                return

    def milliseconds(self, page: Page) -> float:
        """One answer, on a connection of its own."""
        connection = HTTPConnection(urlsplit(self.serve.address).netloc, timeout=PATIENCE_SECONDS)
        headers = signed_in(self.wiring, page.who)
        begun = time.perf_counter()
        connection.request("GET", page.path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        taken = (time.perf_counter() - begun) * 1000
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{page.path} was answered with {answer.status}")
        return taken


def run() -> Iterator[Row]:
    with ExitStack() as stack:
        few, many = (stack.enter_context(_network(episodes)) for episodes in (FEW, MANY))
        for page in PAGES:
            few.warm(page), many.warm(page)
            taken = [(few.milliseconds(page), many.milliseconds(page)) for _ in range(PAIRS)]
            memory = f"memory of serve: {few.serve.resident_mib} and {many.serve.resident_mib} MiB"
            yield grown(f"growth of {page.path} p50 from {FEW:,} to {MANY:,} open episodes", taken, page.limit, memory)


@contextmanager
def _network(episodes: int) -> Iterator[Network]:
    with house() as built, wiring_of(built.data) as wiring:
        bring_to_head(wiring)
        grow(built.superuser_url, open_episodes=episodes, closed_episodes=episodes * CLOSED)
        with serving(built.data) as serve:
            yield Network(wiring, serve)
