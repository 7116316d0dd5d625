"""Carries out what somebody asked to be posted besides: a stretch of events once more, or a test event."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.derived import derived_id
from domain.subscriber.subscriber import Way
from store.datastore import Datastore
from store.reader import Reader
from store.row import Row
from store.subscriber_requests import Outcome, SubscriberRequest, settle_request, waiting_requests
from store.subscribers import subscriber
from store.view import View
from store.webhooks.endpoints import endpoint_of
from store.webhooks.queue import WINDOW, Asked, Item, Kind, last_queued_for, put, waiting
from workers.webhook.intake import PAGE


def carry_out_requests(datastore: Datastore, reader: Reader, log_id: UUID, now: datetime) -> None:
    """Queue what was asked for; of a long stretch as much as fits beside what waits, the rest another time."""
    for request in waiting_requests(datastore, Way.WEBHOOK):
        Request(datastore, reader, log_id, request).carry_out(now)


class Request:
    """One request. A crash at any point repeats what was done under the same ids, which does nothing."""

    def __init__(self, datastore: Datastore, reader: Reader, log_id: UUID, request: SubscriberRequest) -> None:
        self._datastore, self._reader, self._log_id, self._request = datastore, reader, log_id, request

    def carry_out(self, now: datetime) -> None:
        """Queue the next part of it, and settle it with the last."""
        with self._datastore.get_connection() as connection:
            found = subscriber(connection, self._request.subscriber_id)
            endpoint = endpoint_of(connection, self._request.subscriber_id)
            if found is None or found.grant is None or endpoint is None:
                settle_request(connection, self._request.request_id, Outcome.NOT_POSSIBLE)
                return
        if self._request.stored_name is not None:
            self._put([Item(self._request.request_id, self._request.subscriber_id, None, None)], Kind.TEST, now)
            self._settle(Outcome.DONE)
            return
        self._queue_stretch(View(found, self._log_id), now)

    def _queue_stretch(self, view: View, now: datetime) -> None:
        with self._datastore.get_connection() as connection:
            if waiting(connection, self._request.subscriber_id, Kind.AGAIN) >= WINDOW:
                return
            queued = last_queued_for(connection, self._request.request_id)
            after = queued if queued is not None else (self._request.from_position or 1) - 1
            first = view.next_after(connection, after)  # on the server: what is not theirs may be most of the log
        last = self._request.to_position or 0
        if first is None or first > last:
            self._settle(Outcome.NOTHING_TO_SEND if queued is None else Outcome.DONE)
            return
        page = self._reader.page(first - 1, PAGE)
        items = self._items(view, [row for row in page.rows if row.position <= last])
        self._put(items, Kind.AGAIN, now, view.grant_id)

    def _items(self, view: View, rows: Sequence[Row]) -> list[Item]:
        """The events of the view, each with the one before it in the view, as when it was first sent."""
        seen = [row for row in rows if view.sees(row)]
        if not seen:
            return []
        with self._datastore.get_connection() as connection:
            previous = view.previous_before(connection, seen[0].position)
        items = []
        for row in seen:
            delivery_id = derived_id("webhook again", self._request.request_id, row.position)
            items.append(Item(delivery_id, row.stream_id, row.position, previous))
            previous = row.position
        return items

    def _put(self, items: Sequence[Item], kind: Kind, now: datetime, grant_id: UUID | None = None) -> None:
        request = self._request
        with self._datastore.get_connection() as connection:
            put(
                connection,
                request.subscriber_id,
                request.network_id,
                kind,
                items,
                now=now,
                grant_id=grant_id,
                asked=Asked(request.requested_by, request.request_id, request.stored_name),
            )

    def _settle(self, outcome: Outcome) -> None:
        with self._datastore.get_connection() as connection:
            settle_request(connection, self._request.request_id, outcome)
