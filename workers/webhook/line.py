"""The line of one subscriber's deliveries: what is due is posted, stream by stream, a few streams at a time."""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.derived import derived_id
from store.feed import log_id_of
from store.reader import Reader
from store.row import Row
from store.view import View
from store.webhooks import queue
from store.webhooks.endpoints import Endpoint
from store.webhooks.queue import Delivery, Item, Kind, checkpoint_of
from workers.webhook.intake import take_from_log
from workers.webhook.means import Means, Posts
from workers.webhook.schedule import LONGEST_PAUSE
from workers.webhook.trying import LONGEST_REST, Standing, Trying, standing_of

LANES = 4
"""How many streams of one subscriber are posted at a time."""
BATCH = 100


class Line(AbstractContextManager["Line"]):
    """Delivers to one endpoint, and waits for nobody else's."""

    def __init__(
        self, means: Means, reader: Reader, endpoint: Endpoint, stopping: threading.Event | None = None
    ) -> None:
        """Once `stopping` is set nothing more is begun. Only read here: whoever sets it may begin another line."""
        self._means, self._reader, self._endpoint = means, reader, endpoint
        self._posts = Posts(means, is_local=endpoint.is_local)
        self._lanes = ThreadPoolExecutor(LANES, thread_name_prefix="webhook")
        self._stopping, self._stopped = stopping or threading.Event(), threading.Event()
        with means.datastore.get_connection() as connection:
            self._log_id = log_id_of(connection)
        self._trying = Trying(means, self._posts, self._log_id)

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Begin nothing more, and wait for what is under way: ten seconds at most."""
        self._stopped.set()
        self._lanes.shutdown(wait=True, cancel_futures=True)
        self._posts.close()

    def hang_up(self) -> None:
        """Break off what is under way; it counts as a try that failed."""
        self._posts.hang_up()

    def round(self) -> bool:
        """Take in what is new and try what is due, once; whether there was anything to do."""
        now = self._means.clock()
        with self._means.datastore.get_connection() as connection:
            standing = standing_of(connection, self._endpoint.subscriber_id)
            if standing is None or not standing.kinds:
                return False
            if standing.endpoint.is_unconfirmed:
                _ask(connection, standing.endpoint, now)
        took = standing.endpoint.is_confirmed and self._take_in(standing, now)
        with self._means.datastore.get_connection() as connection:
            deliveries = self._due(connection, standing, now)
        self._try_all(deliveries, self._rows(deliveries))
        return took or bool(deliveries)

    def _take_in(self, standing: Standing, now: datetime) -> bool:
        return take_from_log(self._means.datastore, self._reader, View(standing.subscriber, self._log_id), now)

    def _due(self, connection: Connection[Any], standing: Standing, now: datetime) -> list[Delivery]:
        subscriber_id = standing.subscriber.subscriber_id
        known = checkpoint_of(connection, subscriber_id)
        rests_until = known.rests_until if known is not None and standing.endpoint.is_confirmed else None
        if rests_until is not None and now < rests_until <= now + LONGEST_REST:
            return []  # a challenge may go to another address than the one that asked
        queue.bring_back(connection, subscriber_id, now, beyond=now + LONGEST_PAUSE)
        again = [kind for kind in standing.kinds if kind is Kind.AGAIN]
        first = [kind for kind in standing.kinds if kind is not Kind.AGAIN]
        return [
            *queue.due(connection, subscriber_id, first, now, BATCH),
            *queue.due(connection, subscriber_id, again, now, BATCH // 2),
        ]

    def _rows(self, deliveries: Sequence[Delivery]) -> dict[int, Row]:
        """The events to be sent, by position."""
        positions = {delivery.position for delivery in deliveries if delivery.position is not None}
        return {row.position: row for row in self._reader.rows_at(positions)}

    def _try_all(self, deliveries: Sequence[Delivery], rows: Mapping[int, Row]) -> None:
        streams: dict[UUID, list[Delivery]] = {}
        for delivery in deliveries:
            streams.setdefault(delivery.stream_id, []).append(delivery)
        begun = [self._lanes.submit(self._try_stream, stream, rows) for stream in streams.values()]
        wait(begun)  # all: an error of ours in one stream must not call off the others
        for one in begun:
            one.result()

    def _try_stream(self, deliveries: Sequence[Delivery], rows: Mapping[int, Row]) -> None:
        """In order, up to the first that fails: what follows it waits with it."""
        for delivery in deliveries:
            if self._is_ending() or not self._trying.try_one(delivery, rows):
                return

    def _is_ending(self) -> bool:
        return self._stopping.is_set() or self._stopped.is_set()


def _ask(connection: Connection[Any], endpoint: Endpoint, now: datetime) -> None:
    """Queue the challenge to this address, and give up any to another."""
    challenge_id = derived_id("webhook challenge", endpoint.endpoint_id)
    subscriber_id = endpoint.subscriber_id
    with connection.transaction():
        queue.replace_challenges(connection, subscriber_id, but=challenge_id, now=now)
        item = Item(challenge_id, subscriber_id, None, None)
        queue.put(connection, subscriber_id, endpoint.network_id, Kind.CHALLENGE, [item], now=now)
