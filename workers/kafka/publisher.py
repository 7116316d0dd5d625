"""Publishing under the lease: pages of the log into every topic that is behind, and places moved for what arrived."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import psycopg
import structlog
from psycopg import Connection

from projections.engine.lease import Lease, move
from projections.engine.source import Source
from store.departures import note_arrival
from store.feed import log_id_of
from store.publishing import (
    TOPIC_IS_MISSING,
    Parked,
    Place,
    begin_place,
    go_back,
    move_place,
    note_failure,
    note_served,
    note_topic,
    park,
    places,
)
from workers.kafka.errand import Errand, Errands
from workers.kafka.outlets import Outlet
from workers.kafka.part import Part
from workers.kafka.producer import DELIVERY_SECONDS, NEVER_ACCEPTED, NotDelivered, Producer
from workers.kafka.rest import Rest
from workers.kafka.topics import Admin, Making

PAGE = 1_000

Outlets = Callable[[Connection[Any]], Sequence[Outlet]]
"""Which topics are to be written now; asked before every page, so that nothing leaves under a grant that has ended."""

log = structlog.get_logger(__name__)


class ClientIsBehind(Exception):
    """A topic has other partitions than the client believes, or is gone, and the client goes on asking for it, both for
    minutes: begin a new session with the brokers."""


class Publisher:
    """All topics of one installation. One that fails or is parked holds back no other."""

    def __init__(
        self,
        connection: Connection[Any],
        source: Source,
        outlets: Outlets,
        errands: Errands,
        lease: Lease,
        position: int,
        *,
        page: int = PAGE,
        gone_seconds: float = DELIVERY_SECONDS,
    ) -> None:
        """`gone_seconds`: a topic that was there and is gone for longer was deleted."""
        self.lease = lease
        self._connection = connection
        self._source = source
        self._outlets = outlets
        self._errands = errands
        self._position = position
        self._page = page
        self._gone_seconds = gone_seconds
        self._log_id = log_id_of(connection)
        self._places: dict[str, Place] = {}
        self._present: frozenset[str] = frozenset()
        self._served: frozenset[str] = frozenset()
        self._gone_since: dict[str, float] = {}
        self._rests: dict[str, Rest] = {}
        self._waiting: list[Errand] = []
        self._begun: Errand | None = None
        self._under_way: Sequence[Part] = ()
        """What is on its way to the brokers and not settled."""

    def look(self, admin: Admin) -> None:
        """See where all topics stand and whether they are still the ones we wrote to; park those that are not.

        Raises ClientIsBehind, once, where nothing else is wrong.
        """
        outlets = self._outlets(self._connection)
        known = self._known(outlets)
        makings = admin.makings(*(outlet.topic for outlet in outlets))
        self._park_deleted(admin, [place for topic, place in known.items() if topic not in makings])
        for outlet in outlets:
            self._compare(known[outlet.topic], makings.get(outlet.topic), outlet)
        self._places, self._present = places(self._connection), frozenset(makings)
        if self._begun is None:
            self._waiting = list(self._errands(self._connection))

    def publish_some(self, admin: Admin, producer: Producer, while_waiting: Callable[[], None]) -> bool:
        """A page into every topic that is behind; whether there was one. NotDelivered after noting what arrived."""
        parts = self._still_there(admin, self._parts())
        errand = self._errand()
        besides = next(errand.parts, None) if errand else None
        if not parts and errand is None:
            return False
        self._under_way = parts
        try:
            producer.send_all([*(one for part in parts for one in part.messages), *(besides or ())], while_waiting)
        except NotDelivered as failure:
            self._settle(part.that_arrived(failure.arrived.get(part.topic, 0)) for part in parts)
            self._note_failures(failure)
            if errand:
                self._note_failure(errand, parts, len(besides or ()), failure)
            raise
        self._settle(parts)
        self._under_way = ()
        if errand and besides is None:
            errand.note(self._connection)
            self._begun = None
        return True

    def make_good(self) -> None:
        """Another relay publishes now, and what we had under way may have come after what it sent: a process that
        stood still does not know. Where the last message counts, it sends once more what followed.
        """
        late = {part.topic: part.before for part in self._under_way}
        for outlet in self._outlets(self._connection):
            if outlet.keeps_the_last and outlet.topic in late:
                go_back(self._connection, outlet.topic, position=late[outlet.topic])
                log.warning("sent_once_more", topic=outlet.topic, position=late[outlet.topic])

    def beat(self) -> None:
        """Say that we are alive; LeaseWasLost if another relay publishes now."""
        self._move_lease(self._position)

    def note_silence(self, kind: str) -> None:
        """No broker answers: nothing reaches any topic."""
        note_failure(self._connection, list(self._known(self._outlets(self._connection))), kind)

    def _known(self, outlets: Sequence[Outlet]) -> dict[str, Place]:
        """All places; topics that never had one get theirs."""
        known = places(self._connection)
        for outlet in outlets:
            if outlet.topic not in known:
                begin_place(
                    self._connection, outlet.topic,
                    subscriber_id=outlet.subscriber_id, position=outlet.begins_after, log_id=self._log_id,
                )  # fmt: skip
        note_served(self._connection, [outlet.topic for outlet in outlets])
        return places(self._connection)

    def _compare(self, place: Place, making: Making | None, outlet: Outlet) -> None:
        if place.parked is not None:
            return
        if place.log_id != self._log_id:
            self._park(place, Parked.LOG_WAS_RESTORED)
        elif making is None:
            note_failure(self._connection, [place.topic], TOPIC_IS_MISSING)
        elif place.topic_id is None or (place.topic_id == making.topic_id and place.partitions is None):
            note_topic(self._connection, place.topic, *making)
        elif place.topic_id != making.topic_id:
            self._park(place, Parked.TOPIC_WAS_MADE_ANEW)
        elif place.partitions != making.partitions and not outlet.may_grow:
            self._park(place, Parked.TOPIC_HAS_OTHER_PARTITIONS)
        elif place.partitions != making.partitions:
            note_topic(self._connection, place.topic, *making)
            raise ClientIsBehind(place.topic)

    def _park_deleted(self, admin: Admin, absent: Sequence[Place]) -> None:
        """Those that we wrote to, and that have been gone for so long that nobody is only about to make them anew.

        Raises ClientIsBehind, once for each that is newly gone.
        """
        known = {place.topic: place for place in absent if place.topic_id is not None and place.parked is None}
        deleted = admin.deleted(*known) if known else frozenset()
        now, before = time.monotonic(), self._gone_since
        self._gone_since = {topic: before.get(topic, now) for topic in deleted}
        for topic, since in self._gone_since.items():
            if now - since >= self._gone_seconds:
                self._park(known[topic], Parked.TOPIC_WAS_DELETED)
        if deleted - before.keys():
            raise ClientIsBehind(*deleted)

    def _park(self, place: Place, why: Parked) -> None:
        park(self._connection, place.topic, why)
        log.error("topic_parked", topic=place.topic, why=why.value, position=place.position)

    def _parts(self) -> list[Part]:
        """Outlets are asked again once the pages are read: under an older grant an event that only the new one shows
        would be passed over for good.
        """
        pages: dict[int, Sequence[Any]] = {}
        for outlet in self._outlets(self._connection):
            if self._is_open(outlet.topic) and (position := self._places[outlet.topic].position) not in pages:
                pages[position] = self._source.rows(position, self._page)
        outlets = self._outlets(self._connection)
        self._served = frozenset(outlet.topic for outlet in outlets)
        parts = []
        for outlet in outlets:
            if not self._is_open(outlet.topic):
                continue
            position = self._places[outlet.topic].position
            rows = pages.get(position, ())[: self._page_of(outlet.topic)]
            if rows and (part := self._part(outlet, position, rows)):
                parts.append(part)
        return parts

    def _page_of(self, topic: str) -> int:
        rest = self._rests.get(topic)
        return rest.page if rest else self._page

    def _still_there(self, admin: Admin, parts: Sequence[Part]) -> list[Part]:
        """Those whose topic is the one we wrote to: into one made anew a page would come before what it builds on.

        One whose partitions are others waits for the next look, which says what becomes of it.
        """
        makings = admin.makings(*(part.topic for part in parts)) if parts else {}
        for topic, making in makings.items():
            place = self._places[topic]
            if making.topic_id != place.topic_id:
                self._park(self._places.pop(topic), Parked.TOPIC_WAS_MADE_ANEW)
            elif making.partitions != place.partitions:
                del self._places[topic]
        return [part for part in parts if part.topic in self._places and part.topic in makings]

    def _errand(self) -> Errand | None:
        """The errand we are at, or the next whose topic can be written: one for a topic that cannot waits alone."""
        if self._begun is not None and not self._is_open(self._begun.topic):
            self._begun = None  # begins again once a look finds its topic
        if self._begun is None:
            self._begun = next((one for one in self._waiting if self._is_open(one.topic)), None)
            self._waiting = [one for one in self._waiting if one is not self._begun]
        return self._begun

    def _part(self, outlet: Outlet, position: int, rows: Sequence[Any]) -> Part | None:
        """Nothing where an event cannot be put into words for this topic: then it rests, and the others go on."""
        try:
            messages = outlet.messages(self._connection, rows, self._log_id)
        except psycopg.OperationalError:
            raise
        except Exception as error:
            self._let_rest(outlet.topic, type(error).__name__)
            return None
        return Part(outlet.topic, position, rows[-1].position, messages)

    def _is_open(self, topic: str) -> bool:
        """Whether it may be written now."""
        place = self._places.get(topic)
        if place is None or place.parked is not None or place.topic_id is None or topic not in self._present:
            return False
        rest = self._rests.get(topic)
        return rest is None or rest.is_over

    def _settle(self, parts: Iterable[Part]) -> None:
        """What arrived is behind us: the lease is looked at first, in the same transaction."""
        moved = {part.topic: part for part in parts if part.after > part.before}
        if not moved:
            return
        standing = [
            moved[topic].after if topic in moved else place.position
            for topic, place in self._places.items()
            if topic in self._served and place.parked is None
        ]
        with self._connection.transaction():
            self._move_lease(min(standing))
            still_ours = [part for part in moved.values() if self._moved(part)]
        left = moved.keys() - {part.topic for part in still_ours}  # somebody said from where to send again
        self._places = {topic: place for topic, place in self._places.items() if topic not in left}
        for part in still_ours:
            self._places[part.topic] = self._places[part.topic]._replace(position=part.after)
            self._note_arrival(part.topic)

    def _moved(self, part: Part) -> bool:
        if not move_place(self._connection, part.topic, before=part.before, after=part.after):
            return False
        if (subscriber_id := self._places[part.topic].subscriber_id) is not None:
            note_arrival(self._connection, subscriber_id, after=part.before, to=part.after)
        return True

    def _move_lease(self, position: int) -> None:
        head = self._source.head()
        move(self._connection, self.lease, before=self._position, after=position, head=head)
        self._position = position

    def _note_failure(self, errand: Errand, parts: Sequence[Part], count: int, failure: NotDelivered) -> None:
        """So many of its messages were to come after those of the parts. It goes on where all of them arrived, and
        otherwise begins again at the next look, or is over.
        """
        of_log = sum(len(part.messages) for part in parts if part.topic == errand.topic)
        arrived = failure.arrived.get(errand.topic, 0) - of_log
        if arrived == count:
            return
        self._begun = None
        if arrived >= 0 and failure.failures.get(errand.topic) in NEVER_ACCEPTED:
            errand.give_up(self._connection)

    def _note_arrival(self, topic: str) -> None:
        if rest := self._rests.get(topic):
            rest.note_arrival()
            if rest.page >= self._page:
                del self._rests[topic]

    def _note_failures(self, failure: NotDelivered) -> None:
        for topic, kind in failure.failures.items():
            self._let_rest(topic, kind)

    def _let_rest(self, topic: str, kind: str) -> None:
        rest = self._rests.setdefault(topic, Rest())
        rest.begin()
        note_failure(self._connection, [topic], kind)
        log.warning("topic_rests", topic=topic, failure=kind, seconds=rest.seconds)
