"""How far a member's partitions have come in positions of the log, idle ones included.

A partition in which nothing happens brings no news, and its last record says nothing of today. So the relay is asked
how far it has delivered, and after that the partitions where they end: whatever the relay sends later lies beyond.
Who has read up to those ends has everything up to that position. This needs no marks in the topic, costs one request
when something was delivered and none when not, and is true for a relay that sends things twice or out of order.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from projections.engine.group.topic import Delivered, Topic
from workers.group.feed import Feed

DeliveredUpTo = Callable[[], int]
"""The position up to which every event has been acknowledged by the brokers."""


class Claim(NamedTuple):
    """Whoever has read these partitions to these offsets has every event of theirs up to a position."""

    ends: Mapping[int, int]
    position: int


class TopicWasReplaced(Exception):
    """The topic was deleted and made again, or has other partitions than before."""


class Settling:
    """Finds the next claim and says when it is true."""

    def __init__(self, feed: Feed, delivered_up_to: DeliveredUpTo) -> None:
        self._feed = feed
        self._delivered_up_to = delivered_up_to
        self._claimed = -1
        self._last_read = 0
        self._next: Claim | None = None

    @property
    def is_awaited(self) -> bool:
        """Whether something was read of which the relay has not said yet that it is delivered."""
        return self._last_read > self._claimed

    def read(self, delivered: Sequence[Delivered]) -> None:
        """Note what came in."""
        self._last_read = max(self._last_read, *(one.row.position if one.row else 0 for one in delivered))

    def begin_again(self) -> None:
        """What was claimed was not claimed for everything that is ours now."""
        self._claimed, self._next = -1, None

    def due(self, topic: Topic, partitions: Collection[int], reading: Mapping[int, int]) -> Claim | None:
        """The claim that has come true by what was read up to these offsets; TopicWasReplaced if it is another now."""
        if self._next is None:
            self._next = self._find(partitions)
        found = self._next
        if found is None or any(reading.get(number, -1) < end for number, end in found.ends.items()):
            return None
        if not topic.is_still(self._feed.topic()):  # asked last: then all of this was said of this very topic
            raise TopicWasReplaced(TopicWasReplaced.__doc__)
        self._next, self._claimed = None, found.position
        return found

    def _find(self, partitions: Collection[int]) -> Claim | None:
        position = self._delivered_up_to()
        return Claim(self._feed.ends(partitions), position) if position > self._claimed else None
