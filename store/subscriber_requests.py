"""What somebody asked to be sent to a subscriber besides what comes by itself: a stretch of events again, or a test.

Pages and the command line put a row here; the worker that serves the subscriber's way carries it out and settles it.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.event import EVENTS
from domain.refusal import Refused
from domain.subscriber.grant_disclosure import NEVER_DISCLOSED, NoSuchEventType
from domain.subscriber.subscriber import Way
from store.datastore import Datastore
from store.subscribers import Subscriber

PUT = """
    INSERT INTO subscriber_request (request_id, network_id, subscriber_id, kind, from_position, to_position,
                                    stored_name, requested_by)
    VALUES (%(request)s, %(network)s, %(subscriber)s, %(kind)s, %(from)s, %(to)s, %(name)s, %(by)s)
        ON CONFLICT (request_id) DO NOTHING
"""
WAITING = """
    SELECT DISTINCT ON (request.subscriber_id, request.kind)
           request.request_id, request.network_id, request.subscriber_id, request.kind, request.from_position,
           request.to_position, request.stored_name, request.requested_by, request.requested_at, request.settled_at,
           request.outcome
      FROM subscriber_request AS request
      JOIN subscriber AS asked USING (subscriber_id)
     WHERE request.settled_at IS NULL
       AND asked.way = %s
     ORDER BY request.subscriber_id, request.kind, request.requested_at, request.request_id
"""
MOST_WAITING = 20
"""Of one subscriber: whoever holds its key may ask, and each request is looked at again and again until it is done."""
COUNT_OTHERS = """
    SELECT count(*)
      FROM subscriber_request
     WHERE network_id = %(network)s
       AND subscriber_id = %(subscriber)s
       AND settled_at IS NULL
       AND request_id <> %(request)s
"""
SETTLE = """
    UPDATE subscriber_request
       SET settled_at = clock_timestamp(),
           outcome = %s
     WHERE request_id = %s
       AND settled_at IS NULL
    RETURNING request_id
"""


class Kind(StrEnum):
    RESEND = "resend"
    TEST = "test"


class Outcome(StrEnum):
    DONE = "done"
    NOTHING_TO_SEND = "nothing_to_send"
    """No event of the stretch is in the subscriber's view."""
    NOT_POSSIBLE = "not_possible"
    """Ended, without a grant or without an address, or longer than its topic takes."""


class FeedIsAsked(Refused):
    """This subscriber reads the feed: it reads again from any cursor by itself, and nothing is sent to it."""


class TooManyRequestsWait(Refused):
    """{most} requests for this subscriber wait to be carried out. Ask again when one of them is done."""


class StretchIsEmpty(Refused):
    """From {first} to {last} is no stretch of positions. Begin with 1 or later and end at or after the beginning."""


class SubscriberRequest(NamedTuple):
    """One request; `settled_at` is None while it waits."""

    request_id: UUID
    network_id: UUID
    subscriber_id: UUID
    kind: Kind
    from_position: int | None
    to_position: int | None
    stored_name: str | None
    requested_by: UUID
    requested_at: datetime
    settled_at: datetime | None
    outcome: str | None


def ask_to_resend(
    datastore: Datastore, subscriber: Subscriber, first: int, last: int, *, by: UUID, request_id: UUID
) -> None:
    """Events from one position to another are to be sent once more, under their ids; the same request counts once."""
    _must_be_sent_to(subscriber)
    if not 1 <= first <= last < 2**63:
        raise StretchIsEmpty(field="from", first=first, last=last)
    _put(datastore, subscriber, by, request_id, kind=Kind.RESEND, first=first, last=last)


def ask_for_test(datastore: Datastore, subscriber: Subscriber, stored_name: str, *, by: UUID, request_id: UUID) -> None:
    """An invented event of a type is to be sent (see `trial_item`)."""
    _must_be_sent_to(subscriber)
    kind = EVENTS.get(stored_name)
    if kind is None or kind.stream in NEVER_DISCLOSED:
        raise NoSuchEventType(field="type", name=repr(stored_name[:60])[1:-1])
    _put(datastore, subscriber, by, request_id, kind=Kind.TEST, name=stored_name)


def waiting_requests(datastore: Datastore, way: Way) -> list[SubscriberRequest]:
    """What is to be carried out next for one way: of each subscriber the oldest of each kind; for the workers' role.

    Of all by age, those of one subscriber that nothing reaches would stand before everybody else's for ever.
    """
    with datastore.get_connection() as connection:
        return [_request(row) for row in connection.execute(WAITING, [way])]


def settle_request(connection: Connection[Any], request_id: UUID, outcome: Outcome) -> bool:
    """Note what became of it; False where that was noted before. For the workers' role."""
    return connection.execute(SETTLE, [outcome, request_id]).fetchone() is not None


def trial_item(
    subscriber: Subscriber, log_id: UUID, stored_name: str, request_id: UUID, now: datetime
) -> dict[str, Any]:
    """A CloudEvent that says it is a test: about nothing, at no position, so that nobody moves a cursor by it.

    It discloses nothing and leaves no disclosure. ValueError for a type this release does not know.
    """
    kind = EVENTS.get(stored_name)
    if kind is None:
        raise ValueError("no such type of event")
    nothing = UUID(int=0)
    return {
        "specversion": "1.0",
        "id": str(request_id),
        "source": f"/networks/{subscriber.network_id}",
        "type": f"throughline.{kind.stream}.{stored_name}.v{kind.schema_version}",
        "subject": f"{kind.stream}/{nothing}",
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "logid": str(log_id),
        "test": True,
        "data": {"network_id": str(subscriber.network_id), "stream_type": kind.stream, "stream_id": str(nothing)},
    }


def _must_be_sent_to(subscriber: Subscriber) -> None:
    if subscriber.way is Way.FEED:
        raise FeedIsAsked


def _put(
    datastore: Datastore,
    subscriber: Subscriber,
    by: UUID,
    request_id: UUID,
    *,
    kind: Kind,
    first: int | None = None,
    last: int | None = None,
    name: str | None = None,
) -> None:
    asked = {
        "request": request_id,
        "network": subscriber.network_id,
        "subscriber": subscriber.subscriber_id,
        "kind": kind,
        "from": first,
        "to": last,
        "name": name,
        "by": by,
    }
    with datastore.in_network(subscriber.network_id, read_only=False) as connection:
        ((others,),) = connection.execute(COUNT_OTHERS, asked).fetchall()
        if others >= MOST_WAITING:
            raise TooManyRequestsWait(most=MOST_WAITING)
        connection.execute(PUT, asked)


def _request(row: Any) -> SubscriberRequest:
    return SubscriberRequest._make(row)._replace(kind=Kind(row[3]))
