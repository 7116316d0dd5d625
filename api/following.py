"""Who follows the events of a network: a subscriber by its key, or a person who watches over the whole of it."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from fastapi import Request

from api.edge import Edge
from api.session_cookie import secret_in
from api.viewer import NobodyIsSignedIn, Viewer, as_admitted_now, viewer_of
from domain.actor import Role
from store.access_log import Read
from store.access_log import log_reading as write_down
from store.errors import NotFound
from store.feed import Feed, FeedPage, Narrowing
from store.row import Row
from store.sign_in import WhyOut
from store.subscriber_feed import Further, KeyOpensNothing, SubscriberFeed

WATCHERS = (Role.COMPLIANCE, Role.COORDINATOR)
BEARER = "bearer "


class Following(Protocol):
    """What a page, a long poll and a stream ask. Rights are asked anew for every batch."""

    @property
    def network_id(self) -> UUID: ...

    @property
    def consumer_id(self) -> UUID: ...

    def may_concern(self, row: Row) -> bool:
        """Whether `take` has to be asked about this event; asks no database."""
        ...

    def page(self, after: str | None, limit: int) -> FeedPage: ...

    def further(self, rows: Sequence[Row], log_id: UUID) -> Further | None:
        """What of these rows may go out once it is noted with that of others; None where `take` has to be asked."""
        ...

    def went_out(self, further: Further) -> None:
        """It was noted, and goes to the consumer now."""
        ...

    def take(self, rows: Sequence[Row], log_id: UUID) -> list[dict[str, Any]]:
        """What of these rows goes to the consumer; it is written down by then."""
        ...


class PersonFeed:
    """The whole network, thin, for whoever watches over it. One row in the access log, as for any other screen."""

    def __init__(self, edge: Edge, viewer: Viewer, narrowing: Narrowing) -> None:
        if not viewer.actor.has(*WATCHERS):
            raise NotFound(NotFound.__doc__)
        self._edge, self._viewer, self._narrowing = edge, viewer, narrowing
        reader = edge.tails.reader_of(viewer.network_id)
        self._feed = Feed(edge.datastore, narrowing=narrowing, reader=reader, address=edge.schema_address)
        write_down(edge.datastore, viewer.actor, "feed", [Read(None)], correlation_id=viewer.correlation_id)

    @property
    def network_id(self) -> UUID:
        return self._viewer.network_id

    @property
    def consumer_id(self) -> UUID:
        return self._viewer.actor.actor_id

    def may_concern(self, row: Row) -> bool:
        return self._narrowing.wants(row)

    def page(self, after: str | None, limit: int) -> FeedPage:
        self._must_still_watch()
        return self._feed.page(after, limit)

    def further(self, rows: Sequence[Row], log_id: UUID) -> Further | None:
        return None  # whether they may still watch is asked each time

    def went_out(self, further: Further) -> None:
        raise NotImplementedError

    def take(self, rows: Sequence[Row], log_id: UUID) -> list[dict[str, Any]]:
        self._must_still_watch()
        return self._feed.items(rows, log_id)

    def _must_still_watch(self) -> None:
        actor = as_admitted_now(self._viewer.actor, self._edge.people.around(self.network_id))
        if not actor.has(*WATCHERS) or not self._edge.sign_in.is_open(self._viewer.secret):
            raise NobodyIsSignedIn(WhyOut.IDLE)


def following_of(request: Request, edge: Edge, narrowing: Narrowing) -> Following:
    """Who asks; a key in the header counts before a cookie. KeyOpensNothing, NobodyIsSignedIn or NotFound if nobody."""
    given = request.headers.get("authorization")
    if given is not None:
        if not given.lower().startswith(BEARER):
            raise KeyOpensNothing
        key, address = given[len(BEARER) :].strip(), edge.schema_address
        return SubscriberFeed(edge.datastore, edge.tails.reader_of, key, narrowing, address=address)
    if secret_in(request, has_tls=edge.is_under_tls(request)) is None:
        raise NobodyIsSignedIn(WhyOut.UNKNOWN)
    return PersonFeed(edge, viewer_of(request), narrowing)
