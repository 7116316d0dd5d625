"""What somebody asked to be sent to a subscriber's topic: a stretch of the log once more, or an event on trial."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import psycopg
import structlog
from psycopg import Connection

from domain.subscriber.subscriber import Way
from store.datastore import Datastore
from store.departures import note_arrival
from store.feed import log_id_of
from store.publishing import places
from store.row import Row
from store.subscriber_requests import Kind, Outcome, SubscriberRequest, settle_request, trial_item, waiting_requests
from store.subscribers import Subscriber, subscriber
from workers.kafka.errand import Errand
from workers.kafka.names import TopicNames
from workers.kafka.producer import Message
from workers.kafka.subscriber_topic import SubscriberOutlet, in_binary_mode

PAGE = 1_000

log = structlog.get_logger(__name__)


class Rows(Protocol):
    """The log in the order of positions."""

    def rows(self, after: int, limit: int) -> Sequence[Row]: ...


def requested(
    connection: Connection[Any], datastore: Datastore, log: Rows, names: TopicNames, address: str = ""
) -> list[Errand]:
    """One errand for each request that waits; those that cannot be carried out are settled as such."""
    found = []
    for request in waiting_requests(datastore, Way.KAFKA):
        asked = subscriber(connection, request.subscriber_id)
        if asked is None or asked.grant is None or asked.is_paused:
            settle_request(connection, request.request_id, Outcome.NOT_POSSIBLE)
            continue
        topic = names.of_subscriber(request.subscriber_id)
        sending = Sending(
            connection,
            log,
            request,
            asked,
            partial(SubscriberOutlet, topic, address=address, request_id=request.request_id),
        )
        found.append(Errand(topic, sending.parts(), sending.settle, sending.give_up))
    return found


class Sending:
    """One request on its way."""

    def __init__(
        self,
        connection: Connection[Any],
        log: Rows,
        request: SubscriberRequest,
        asked: Subscriber,
        outlet_of: Callable[[Subscriber], SubscriberOutlet],
    ) -> None:
        """`outlet_of`: the topic, under the grant that is in force when a page is put into words."""
        self._connection = connection
        self._log = log
        self._request = request
        self._asked = asked
        self._outlet_of = outlet_of
        self._topic = outlet_of(asked).topic
        self._sent = 0
        self._is_broken_off = False

    def parts(self) -> Iterator[Sequence[Message]]:
        """What is to be sent, page by page; a grant that ends, a pause, or an event without words meanwhile ends it."""
        log_id = log_id_of(self._connection)
        pages = [self._on_trial(log_id)] if self._request.kind is Kind.TEST else self._stretch(log_id)
        for page in pages:
            self._sent += len(page)
            yield page
            self._note_arrival(page)

    def settle(self, connection: Connection[Any]) -> None:
        """Note that all of it arrived, or that the rest could not be sent."""
        outcome = Outcome.DONE if self._sent else Outcome.NOTHING_TO_SEND
        settle_request(connection, self._request.request_id, Outcome.NOT_POSSIBLE if self._is_broken_off else outcome)

    def give_up(self, connection: Connection[Any]) -> None:
        """Note that the brokers take some of it never."""
        settle_request(connection, self._request.request_id, Outcome.NOT_POSSIBLE)

    def _on_trial(self, log_id: UUID) -> Sequence[Message]:
        name = self._request.stored_name or ""
        item = trial_item(self._asked, log_id, name, self._request.request_id, datetime.now(UTC))
        return [in_binary_mode(self._topic, item)]

    def _note_arrival(self, page: Sequence[Message]) -> None:
        """All of it is there once the next page is asked for."""
        if positions := [one.position for one in page if one.position is not None]:
            note_arrival(
                self._connection, self._request.subscriber_id,
                after=min(positions) - 1, to=max(positions), request_id=self._request.request_id,
            )  # fmt: skip

    def _stretch(self, log_id: UUID) -> Iterator[Sequence[Message]]:
        after = (self._request.from_position or 1) - 1
        while rows := self._rows(after):
            after = rows[-1].position
            page = self._page(rows, log_id)
            if page is None:
                self._is_broken_off = True
                return
            yield page

    def _rows(self, after: int) -> Sequence[Row]:
        """Not beyond the topic's own place: what it did not have yet comes by itself, and after earlier events."""
        place = places(self._connection).get(self._topic)
        last = min(self._request.to_position or 0, place.position if place else 0)
        return [row for row in self._log.rows(after, PAGE) if row.position <= last]

    def _page(self, rows: Sequence[Row], log_id: UUID) -> Sequence[Message] | None:
        """None where nothing may go on: no other topic and no other request is to wait for this one."""
        asked = subscriber(self._connection, self._asked.subscriber_id)
        if asked is None or asked.grant is None or asked.is_paused:
            return None
        try:
            return self._outlet_of(asked).messages(self._connection, rows, log_id)
        except psycopg.OperationalError:
            raise
        except Exception as error:
            log.warning(
                "request_was_broken_off", request_id=str(self._request.request_id), failure=type(error).__name__
            )
            return None
