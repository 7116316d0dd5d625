"""The feed of one subscriber: its view after a cursor, written down as disclosed before it is handed out.

The key and the grant are asked again in the transaction that writes the disclosure: a key that was revoked meanwhile,
or a grant that was withdrawn, hands out nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.refusal import Refused
from domain.subscriber.subscriber import KeyScope, Way
from store.datastore import Datastore
from store.disclosures import Outgoing, contents_of, disclose_to_holders, note_disclosure
from store.feed import EVERYTHING, LARGEST_PAGE, Cursor, FeedPage, Narrowing, log_id_of, require_reached, start_of
from store.reader import Page, Reader
from store.row import Row
from store.subscribers import Grant, Subscriber, hash_of_key, holder_of_key, subscriber_of_key
from store.view import View


class KeyOpensNothing(Refused):
    """This key opens nothing here: it was revoked, has expired, or is not for the feed. Ask the network for another."""


class NothingIsGranted(Refused):
    """No grant is in force for this subscriber. Ask the network's compliance what may be disclosed to it."""


class SubscriberIsPaused(Refused):
    """This subscriber is paused. Ask the network; nothing is lost meanwhile."""


class Further(NamedTuple):
    """The next rows down a stream, all of them in the view."""

    key_hash: bytes
    grant_id: UUID
    view: View
    rows: list[Row]
    previous: int | None
    """The position that was handed out before them under the same grant; None where the log has to be asked."""


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
        self._key_hash = hash_of_key(key)
        self._holder = _must_hold(subscriber_of_key(datastore, key))
        self._reader = reader_of(self._holder.network_id)
        self._delivered: tuple[Grant | None, int] | None = None
        self._last_view: View | None = None

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
        if (items := self._next(rows, log_id)) is not None:
            return items
        with self._datastore.in_network(self.network_id, read_only=False) as connection:
            self._holder = _must_hold(holder_of_key(connection, self._key, KeyScope.EVENTS))
            items = self._items(connection, self._view(self._holder, log_id), rows)
            note_disclosure(connection, subscriber=self._holder, way=Way.FEED, items=items)
        if items:
            self._delivered = (self._holder.grant, items[-1]["position"])
        return items

    def further(self, rows: Sequence[Row], log_id: UUID) -> Further | None:
        """What of these rows the grant as known shows; None where `take` has to be asked.

        None of it may leave before it is noted, which asks for key and grant again. Asks no database here.
        """
        grant, view = self._holder.grant, self._view(self._holder, log_id)
        seen = [row for row in rows if view.sees(row)]
        if grant is None or not seen:
            return None
        is_next = self._delivered is not None and self._delivered[0] == grant
        previous = self._delivered[1] if self._delivered is not None and is_next else None
        return Further(self._key_hash, grant.grant_id, view, seen, previous)

    def went_out(self, further: Further) -> None:
        """It was noted, so what comes next names its last event."""
        self._delivered = (further.view.subscriber.grant, further.rows[-1].position)

    def _next(self, rows: Sequence[Row], log_id: UUID) -> list[dict[str, Any]] | None:
        """The batch that follows one under the same grant, in one round trip; None where that is not in force."""
        further = self.further(rows, log_id)
        if further is None or further.previous is None:
            return None
        items = self._made(further.view, further.rows, further.previous)
        batch = Outgoing(further.key_hash, further.grant_id, contents_of(items))
        if not all(disclose_to_holders(self._datastore, Way.FEED, [batch])):
            return None
        self.went_out(further)
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
        known = self._last_view
        if known is None or known.subscriber is not holder or known.log_id != log_id:
            known = View(holder, log_id, self._narrowing.names, self._narrowing.stream_id, self._address)
            self._last_view = known
        return known


def _must_hold(holder: Subscriber | None) -> Subscriber:
    if holder is None:
        raise KeyOpensNothing
    if holder.is_paused:
        raise SubscriberIsPaused
    if holder.grant is None:
        raise NothingIsGranted
    return holder
