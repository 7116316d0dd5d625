"""Takes a subscriber's part of the log into its queue, in the order of the log and never past a hole."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.derived import derived_id
from store.datastore import Datastore
from store.reader import Page, Reader
from store.subscribers import Subscriber
from store.subscribers import subscriber as read_subscriber
from store.view import View
from store.webhooks.queue import WINDOW, Checkpoint, Item, Kind, begin_at, checkpoint_of, take_in, waiting

PAGE = 500


def take_from_log(datastore: Datastore, reader: Reader, view: View, now: datetime) -> bool:
    """Queue the next page of events that the subscriber sees; whether there was one.

    Nothing is taken while a whole window waits, or before anything was granted. No connection is held while the
    reader takes another: lines share a few, and would wait for each other.
    """
    subscriber = view.subscriber
    if subscriber.grant is None:
        return False
    with datastore.get_connection() as connection:
        known = checkpoint_of(connection, subscriber.subscriber_id) or _begun(connection, view)
        if waiting(connection, subscriber.subscriber_id, Kind.EVENT) >= WINDOW:
            return False
    page = reader.page(known.position, PAGE)
    if page.position == known.position:
        return False
    ids = (subscriber.subscriber_id, subscriber.network_id)
    with datastore.get_connection() as connection:
        if read_subscriber(connection, subscriber.subscriber_id) != subscriber:
            return True  # under an older grant the page would pass over, for good, what only the new one shows
        items, after = _taken(connection, view, known, page)
        return take_in(connection, *ids, items, before=known.position, after=after, now=now)


def _taken(connection: Connection[Any], view: View, known: Checkpoint, page: Page) -> tuple[list[Item], Checkpoint]:
    """What of a page is in the view, each with the one before it there, and how far the log is taken in with it."""
    seen = [row for row in page.rows if view.sees(row)]
    if not seen:
        return [], known._replace(position=page.position)
    is_known = known.grant_id == view.grant_id
    previous = known.previous if is_known else view.previous_before(connection, seen[0].position)
    items: list[Item] = []
    for row in seen:
        delivery_id = delivery_id_of(view.log_id, view.subscriber, row.position)
        items.append(Item(delivery_id, row.stream_id, row.position, previous))
        previous = row.position
    return items, known._replace(position=page.position, previous=previous, grant_id=view.grant_id)


def delivery_id_of(log_id: UUID, subscriber: Subscriber, position: int) -> UUID:
    """The same for the same event of the same log, so that nothing is queued twice."""
    return derived_id("webhook", log_id, subscriber.subscriber_id, position)


def _begun(connection: Connection[Any], view: View) -> Checkpoint:
    subscriber = view.subscriber
    begin_at(connection, subscriber.subscriber_id, subscriber.network_id, subscriber.since_position, None)
    return checkpoint_of(connection, subscriber.subscriber_id) or Checkpoint(
        subscriber.since_position, None, None, None
    )
