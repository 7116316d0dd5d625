"""The process that tells staff what is due and which alerts have reached them: planned once, sent at least once."""

import threading
import time
from typing import Any, NamedTuple

import structlog
from psycopg import Connection

from projections.engine.lease import Lease, LeaseWasLost, give_back, move, take_lease
from workers.reminding import Means, remind
from workers.shift import connect, new_holder

EVERY_SECONDS = 15.0
"""Alerts are acknowledged within minutes, so they may not wait for a slow round."""
LOOK_SECONDS = 2.0
SHARE_OF_TIME = 0.5
"""A round that takes long is followed by as long a rest: an alert may wait for two rounds, not for twenty."""

log = structlog.get_logger(__name__)


class Reminding(NamedTuple):
    """Under which name the lease is kept: one process reminds."""

    name: str = "remind"
    version: int = 1


REMINDING = Reminding()


class Reminder:
    """Plans and sends for every network, while it holds the lease."""

    def __init__(self, work_url: str, means: Means) -> None:
        self._work_url = work_url
        self._means = means

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. Ends by an error when the connection is lost; the supervisor starts it again."""
        with connect(self._work_url) as connection:
            connection.execute("SET synchronous_commit = on")  # what was sent has to be known after a crash
            holder = new_holder()
            while not stop.is_set():
                taken = take_lease(connection, REMINDING, holder)
                if taken is None:
                    stop.wait(LOOK_SECONDS)
                    continue
                self._keep_reminding(connection, taken[0], stop)

    def _keep_reminding(self, connection: Connection[Any], lease: Lease, stop: threading.Event) -> None:
        def alive() -> None:
            move(connection, lease, before=0, after=0, head=0)

        next_round = 0.0
        try:
            while not stop.is_set():
                alive()
                begun = time.monotonic()
                if begun >= next_round:
                    remind(connection, self._means, alive)
                    took = time.monotonic() - begun
                    next_round = begun + max(EVERY_SECONDS, took / SHARE_OF_TIME)
                stop.wait(LOOK_SECONDS)
            give_back(connection, lease)
        except LeaseWasLost:
            log.info("another_process_reminds")
