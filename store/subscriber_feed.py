"""The feed of one subscriber: its view after a cursor, written down as disclosed before it is handed out.

The key and the grant are asked again in the transaction that writes the disclosure: a key that was revoked meanwhile,
or a grant that was withdrawn, hands out nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.refusal import Refused
from domain.subscriber.subscriber import KeyScope, Way
from store.datastore import Datastore
from store.disclosures import disclose_to_holder, note_disclosure
from store.feed import EVERYTHING, LARGEST_PAGE, Cursor, FeedPage, Narrowing, log_id_of, require_reached, start_of
from store.reader import Page, Reader
from store.row import Row
from store.subscribers import Grant, Subscriber, holder_of_key, subscriber_of_key
from store.view import View


class KeyOpensNothing(Refused):
    """This key opens nothing here: it was revoked, has expired, or is not for the feed. Ask the network for another."""


class NothingIsGranted(Refused):
    """No grant is in force for this subscriber. Ask the network's compliance what may be disclosed to it."""


class SubscriberIsPaused(Refused):
    """This subscriber is paused. Ask the network; nothing is lost meanwhile."""


class SubscriberFeed:
    """One consumer behind one key. Not for several threads at once."""

    def __init__(
        self,
        datastore: Datastore,
        reader_of: Callable[[UUID], Reader],
        key: str,
        narrowing: Narrowing = EVERYTHING,
        *,
        address: str = "",
    ) -> None:
        """`reader_of` hands out a network's reader, which remembers what has settled. KeyOpensNothing at once."""
        self._datastore, self._key, self._narrowing, self._address = datastore, key, narrowing, address
        self._holder = _must_hold(subscriber_of_key(datastore, key))
        self._reader = reader_of(self._holder.network_id)
        self._delivered: tuple[Grant | None, int] | None = None

    @property
    def network_id(self) -> UUID:
        return self._holder.network_id

    @property
    def consumer_id(self) -> UUID:
        """Whose streams are counted together."""
        return self._holder.subscriber_id

    def may_concern(self, row: Row) -> bool:
        """Whether an event has to be looked at: it is in the view as known, or is about the subscriber itself."""
        return row.stream_id == self._holder.subscriber_id or self._view(self._holder, UUID(int=0)).sees(row)

    def page(self, after: str | None, limit: int) -> FeedPage:
        """The events of the view after a cursor, oldest first; those that may be disclosed from the first on without.

        Empty only where there is nothing more. Raises what is refused, CursorIsOfAnotherLog after a restore, and
        CursorIsAhead beyond the end.
        Where the grant changed since it was asked last, what it shows now is read from the same place: under the one
        before, an event that only the new one shows would be passed over for good.
        """
        log_id = self._reader.gaps.query(log_id_of)
        start = start_of(after, log_id)
        while True:
            asked = self._holder
            page = self._rows(max(start, asked.since_position), limit)
            found = self.take(page.rows, log_id)
            if self._holder != asked:
                self._delivered = None
                continue
            if found or page.position <= start:
                if not page.rows:
                    require_reached(start, self._reader.head())
                return FeedPage(found, str(Cursor(log_id, max(page.position, start))))
            start = page.position

    def take(self, rows: Sequence[Row], log_id: UUID) -> list[dict[str, Any]]:
        """The items of these rows that are in the view now; durably noted as disclosed once this returns."""
        if (further := self._further(rows, log_id)) is not None:
            return further
        with self._datastore.in_network(self.network_id, read_only=False) as connection:
            self._holder = _must_hold(holder_of_key(connection, self._key, KeyScope.EVENTS))
            items = self._items(connection, self._view(self._holder, log_id), rows)
            note_disclosure(connection, subscriber=self._holder, way=Way.FEED, items=items)
        if items:
            self._delivered = (self._holder.grant, items[-1]["position"])
        return items

    def _further(self, rows: Sequence[Row], log_id: UUID) -> list[dict[str, Any]] | None:
        """The next batch under the grant of the one before; None where that is not in force any more, or none was."""
        grant = self._holder.grant
        if self._delivered is None or grant is None or self._delivered[0] != grant:
            return None
        items = self._made(self._view(self._holder, log_id), rows, self._delivered[1])
        if not items or not disclose_to_holder(self._datastore, self._key, grant.grant_id, Way.FEED, items):
            return None
        self._delivered = (grant, items[-1]["position"])
        return items

    def _rows(self, start: int, limit: int) -> Page:
        names = self._view(self._holder, UUID(int=0)).names
        asked = None if names is None else sorted(names)
        return self._reader.page(start, max(1, min(limit, LARGEST_PAGE)), asked, stream_id=self._narrowing.stream_id)

    def _items(self, connection: Connection[Any], view: View, rows: Sequence[Row]) -> list[dict[str, Any]]:
        first = next((row for row in rows if view.sees(row)), None)
        return [] if first is None else self._made(view, rows, self._previous(connection, view, first.position))

    def _made(self, view: View, rows: Sequence[Row], previous: int | None) -> list[dict[str, Any]]:
        """Items of what is seen, each naming the one before."""
        items = []
        for row in rows:
            if view.sees(row):
                items.append(view.item(row, previous))
                previous = row.position
        return items

    def _previous(self, connection: Connection[Any], view: View, position: int) -> int | None:
        """Known without asking while a stream goes on under the same grant."""
        if self._delivered is not None and self._delivered[0] == view.subscriber.grant:
            return self._delivered[1]
        return view.previous_before(connection, position)

    def _view(self, holder: Subscriber, log_id: UUID) -> View:
        return View(holder, log_id, self._narrowing.names, self._narrowing.stream_id, self._address)


def _must_hold(holder: Subscriber | None) -> Subscriber:
    if holder is None:
        raise KeyOpensNothing
    if holder.is_paused:
        raise SubscriberIsPaused
    if holder.grant is None:
        raise NothingIsGranted
    return holder
