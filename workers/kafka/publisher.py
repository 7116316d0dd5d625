"""Publishing under the lease: pages of the log into every topic that is behind, and places moved for what arrived."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from psycopg import Connection

from projections.engine.lease import Lease, move
from projections.engine.source import Source
from store.feed import log_id_of
from store.publishing import (
    ErasedStream,
    Parked,
    Place,
    begin_place,
    move_place,
    note_erasures,
    note_failure,
    note_topic,
    park,
    places,
    untold_erasures,
)
from workers.kafka.outlets import Outlet, StateOutlet
from workers.kafka.producer import Message, NotDelivered, Producer
from workers.kafka.topics import Admin

PAGE = 1_000
SHORTEST_REST_SECONDS = 1.0
LONGEST_REST_SECONDS = 30.0
TOPIC_IS_MISSING = "TopicIsMissing"

Outlets = Callable[[Connection[Any]], Sequence[Outlet]]
"""Which topics are to be written now; asked before every page, so that nothing leaves under a grant that has ended."""

log = structlog.get_logger(__name__)


class Part(NamedTuple):
    """What one topic gets of a page, where it stands before and after, and whose streams are taken out of it."""

    outlet: Outlet
    before: int
    after: int
    messages: Sequence[Message]
    erased: Sequence[ErasedStream] = ()


@dataclass
class Rest:
    """A topic that failed is left alone for a while, longer each time."""

    seconds: float = SHORTEST_REST_SECONDS / 2
    until: float = 0.0

    def begin(self) -> None:
        self.seconds = min(self.seconds * 2, LONGEST_REST_SECONDS)
        self.until = time.monotonic() + self.seconds


class Publisher:
    """All topics of one installation. One that fails or is parked holds back no other."""

    def __init__(
        self,
        connection: Connection[Any],
        source: Source,
        outlets: Outlets,
        lease: Lease,
        position: int,
        *,
        page: int = PAGE,
    ) -> None:
        self.lease = lease
        self._connection = connection
        self._source = source
        self._outlets = outlets
        self._position = position
        self._page = page
        self._log_id = log_id_of(connection)
        self._places: dict[str, Place] = {}
        self._present: frozenset[str] = frozenset()
        self._rests: dict[str, Rest] = {}
        self._erased: Sequence[ErasedStream] = ()

    def look(self, admin: Admin) -> None:
        """See where all topics stand and whether they are still the ones we wrote to; park those that are not."""
        outlets = self._outlets(self._connection)
        known = places(self._connection)
        for outlet in outlets:
            if outlet.topic not in known:
                begin_place(
                    self._connection, outlet.topic,
                    subscriber_id=outlet.subscriber_id, position=outlet.begins_after, log_id=self._log_id,
                )  # fmt: skip
        known = places(self._connection)
        ids = admin.ids(*(outlet.topic for outlet in outlets))
        for outlet in outlets:
            self._compare(known[outlet.topic], ids.get(outlet.topic))
        self._places, self._present = places(self._connection), frozenset(ids)
        self._erased = untold_erasures(self._connection)

    def publish_some(self, producer: Producer, while_waiting: Callable[[], None]) -> bool:
        """A page into every topic that is behind; whether there was one. NotDelivered after noting what arrived."""
        parts = self._parts()
        if not parts:
            return False
        try:
            producer.send_all([one for part in parts for one in part.messages], while_waiting)
        except NotDelivered as failure:
            self._note_failures(failure)
            kept_back = failure.failures.keys() | failure.not_tried
            self._settle([part for part in parts if part.outlet.topic not in kept_back])
            raise
        self._settle(parts)
        return True

    def beat(self) -> None:
        """Say that we are alive; LeaseWasLost if another relay publishes now."""
        self._move_lease(self._position)

    def note_silence(self, kind: str) -> None:
        """No broker answers: nothing reaches any topic."""
        note_failure(self._connection, list(self._places or places(self._connection)), kind)

    def _compare(self, place: Place, topic_id: UUID | None) -> None:
        if place.parked is not None:
            return
        if place.log_id != self._log_id:
            self._park(place, Parked.LOG_WAS_RESTORED)
        elif topic_id is None:
            note_failure(self._connection, [place.topic], TOPIC_IS_MISSING)
        elif place.topic_id is None:
            note_topic(self._connection, place.topic, topic_id)
        elif place.topic_id != topic_id:
            self._park(place, Parked.TOPIC_WAS_MADE_ANEW)

    def _park(self, place: Place, why: Parked) -> None:
        park(self._connection, place.topic, why)
        log.error("topic_parked", topic=place.topic, why=why.value, position=place.position)

    def _parts(self) -> list[Part]:
        pages: dict[int, Sequence[Any]] = {}
        parts = []
        for outlet in self._outlets(self._connection):
            place = self._places.get(outlet.topic)
            if place is None or not self._may_be_written(place):
                continue
            if place.position not in pages:
                pages[place.position] = self._source.rows(place.position, self._page)
            part = self._part(outlet, place, pages[place.position])
            if part.after > part.before or part.erased:
                parts.append(part)
        return parts

    def _part(self, outlet: Outlet, place: Place, rows: Sequence[Any]) -> Part:
        after = rows[-1].position if rows else place.position
        messages = outlet.messages(self._connection, rows, self._log_id) if rows else []
        if not isinstance(outlet, StateOutlet):
            return Part(outlet, place.position, after, messages)
        return Part(outlet, place.position, after, [*messages, *outlet.tombstones(self._erased)], self._erased)

    def _may_be_written(self, place: Place) -> bool:
        if place.parked is not None or place.topic_id is None or place.topic not in self._present:
            return False
        rest = self._rests.get(place.topic)
        return rest is None or time.monotonic() >= rest.until

    def _settle(self, parts: Iterable[Part]) -> None:
        """What arrived is behind us: the lease is looked at first, in the same transaction."""
        moved = {part.outlet.topic: part for part in parts}
        standing = {topic: moved[topic].after if topic in moved else one.position for topic, one in self._live()}
        with self._connection.transaction():
            self._move_lease(min(standing.values(), default=self._position))
            for topic, part in moved.items():
                if move_place(self._connection, topic, before=part.before, after=part.after):
                    self._places[topic] = self._places[topic]._replace(position=part.after)
                else:
                    del self._places[topic]  # until the next look
                note_erasures(self._connection, part.erased)
                self._rests.pop(topic, None)
        if any(part.erased for part in moved.values()):
            self._erased = ()

    def _live(self) -> list[tuple[str, Place]]:
        return [(topic, place) for topic, place in self._places.items() if place.parked is None and place.topic_id]

    def _move_lease(self, position: int) -> None:
        head = self._source.head()
        move(self._connection, self.lease, before=self._position, after=position, head=head)
        self._position = position

    def _note_failures(self, failure: NotDelivered) -> None:
        for topic, kind in failure.failures.items():
            self._rests.setdefault(topic, Rest()).begin()
            note_failure(self._connection, [topic], kind)
            log.warning("topic_rests", topic=topic, failure=kind, seconds=self._rests[topic].seconds)
