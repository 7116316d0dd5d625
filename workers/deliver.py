"""The process that posts events to webhooks: a line of its own for each endpoint, so that none waits for another."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from psycopg import Connection

from projections.engine.lease import Lease, LeaseWasLost, give_back, move, take_lease
from store.feed import log_id_of
from store.reader import Reader
from store.webhooks.endpoints import Endpoint, living_endpoints
from store.webhooks.queue import with_something_due
from workers.shift import Wait, connect, new_holder
from workers.webhook.line import Line
from workers.webhook.means import Means
from workers.webhook.requests import carry_out_requests

LOOK_SECONDS = 1.0
ROUND_OF_ALL_SECONDS = 10.0
"""A line whose reader had to stop before a hole is not told when the hole is filled."""
LOOKED_AT_AGAIN = 100
"""Positions before the end of the log as it was: what appears there later is news, too."""
GRACE_SECONDS = 3.0
PARTING_SECONDS = 4.0
"""For what was broken off. A thread that still waits then, for a connection say, ends with the pool."""
REST_SECONDS = 5.0
"""A line that met an error of ours rests; the others go on."""

log = structlog.get_logger(__name__)


class Delivering(NamedTuple):
    """Under which name the lease is kept: one process delivers."""

    name: str = "deliver"
    version: int = 1


DELIVERING = Delivering()


class Deliverer:
    """Delivers to every endpoint, while it holds the lease. `wait` ends with news of an append."""

    def __init__(self, work_url: str, means: Means, *, wait: Wait) -> None:
        self._work_url, self._means, self._wait = work_url, means, wait

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. Ends by an error when the connection is lost; the supervisor starts it again."""
        with connect(self._work_url) as connection:
            holder = new_holder()
            while not stop.is_set():
                taken = take_lease(connection, DELIVERING, holder)
                if taken is None:
                    stop.wait(LOOK_SECONDS)
                    continue
                self._keep_delivering(connection, taken[0], stop)

    def _keep_delivering(self, connection: Connection[Any], lease: Lease, stop: threading.Event) -> None:
        lines = Lines(self._means)
        try:
            while not stop.is_set():
                move(connection, lease, before=0, after=0, head=0)
                lines.keep(living_endpoints(connection))
                self._wait(LOOK_SECONDS)
                lines.wake(with_something_due(connection, self._means.clock()))
            lines.stop()
            give_back(connection, lease)
        except LeaseWasLost:
            log.info("another_process_delivers")
        finally:
            lines.stop()


class Lines:
    """One running line per endpoint."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._reader = Reader(means.datastore)
        self._running: dict[UUID, RunningLine] = {}
        self._head = 0
        self._all_at = 0.0
        with means.datastore.get_connection() as connection:
            self._log_id = log_id_of(connection)
        self._stopping = threading.Event()
        self._requests = threading.Thread(target=self._keep_carrying_out, name="webhook-requests", daemon=True)
        self._requests.start()

    def keep(self, endpoints: list[Endpoint]) -> None:
        """Begin those that are new, end those that are no more."""
        wanted = {endpoint.endpoint_id: endpoint for endpoint in endpoints}
        for endpoint_id in self._running.keys() - wanted.keys():
            self._running.pop(endpoint_id).ask_to_stop()
        for endpoint_id in wanted.keys() - self._running.keys():
            begin = partial(Line, self._means, self._reader, wanted[endpoint_id])
            self._running[endpoint_id] = RunningLine(wanted[endpoint_id], begin)

    def wake(self, due: set[UUID]) -> None:
        """Those with something due, those of a network with news, and now and then all."""
        known, self._head = self._head, self._reader.head()
        wakes_all = time.monotonic() >= self._all_at
        if wakes_all:
            self._all_at = time.monotonic() + ROUND_OF_ALL_SECONDS
        has_news = not wakes_all and self._head != known
        networks = self._reader.networks_after(known - LOOKED_AT_AGAIN) if has_news else frozenset()
        for line in self._running.values():
            if wakes_all or line.subscriber_id in due or line.network_id in networks:
                line.wake()

    def stop(self) -> None:
        """End all; what is under way may end by itself for a while and is broken off then, to be repeated later."""
        self._stopping.set()
        for line in self._running.values():
            line.ask_to_stop()
        until = time.monotonic() + GRACE_SECONDS
        for line in self._running.values():
            line.join(max(0.0, until - time.monotonic()))
        for line in self._running.values():
            line.hang_up()
        until = time.monotonic() + PARTING_SECONDS
        for line in self._running.values():
            line.join(max(0.0, until - time.monotonic()))
        self._running = {}
        self._requests.join(max(0.0, until - time.monotonic()))

    def _keep_carrying_out(self) -> None:
        """Queue what somebody asked for, beside all else: a long stretch must not hold back the lease or the lines."""
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                carry_out_requests(self._means.datastore, self._reader, self._log_id, self._means.clock())
            except Exception as error:  # an error of ours in one request leaves the lines as they are
                log.error("webhook_requests_wait", failure=type(error).__name__)


class RunningLine:
    """A line on a thread of its own."""

    def __init__(self, endpoint: Endpoint, begin: Callable[[threading.Event], Line]) -> None:
        self.subscriber_id, self.network_id = endpoint.subscriber_id, endpoint.network_id
        self._begin = begin
        self._line: Line | None = None
        self._stopping, self._news = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._keep_going, name="webhook-line", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        self._news.set()

    def ask_to_stop(self) -> None:
        self._stopping.set()
        self._news.set()

    def hang_up(self) -> None:
        if self._line is not None:
            self._line.hang_up()

    def join(self, seconds: float | None = None) -> None:
        self._thread.join(seconds)

    def _keep_going(self) -> None:
        while not self._stopping.is_set():
            try:
                self._go()
            except Exception as error:  # whatever befalls this line, the others go on
                log.error("webhook_line_rests", failure=type(error).__name__, seconds=REST_SECONDS)
                self._stopping.wait(REST_SECONDS)

    def _go(self) -> None:
        with self._begin(self._stopping) as line:
            self._line = line
            while not self._stopping.is_set():
                self._news.clear()
                if not line.round():
                    self._news.wait()
