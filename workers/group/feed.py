"""What a member needs of a topic: which partitions are its own, their records, and where they begin and end."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from projections.engine.group.topic import Delivered, Topic


class Assignment(NamedTuple):
    """The partitions of a member. `number` is another whenever they were assigned anew, the same ones included."""

    number: int
    partitions: frozenset[int]


class RecordsAreLost(Exception):
    """Partitions do not go on where we stand: records were dropped, or cannot be read. The log has to fill in."""

    def __init__(self, partitions: Collection[int], why: str) -> None:
        super().__init__(why)
        self.partitions = frozenset(partitions)
        self.why = why


class Feed(Protocol):
    """One member's view of a topic. Partitions deliver nothing until `go_on` is said of them."""

    def topic(self) -> Topic:
        """The topic as the brokers describe it now."""
        ...

    def assignment(self) -> Assignment:
        """What is ours, as far as we know."""
        ...

    def ends(self, partitions: Collection[int]) -> Mapping[int, int]:
        """The offset after the last record of each of these partitions, as of now."""
        ...

    def go_on(self, offsets: Mapping[int, int]) -> None:
        """Deliver these partitions from these offsets on, wherever they stood."""
        ...

    def read(self, seconds: float, limit: int) -> Sequence[Delivered]:
        """Records in order per partition; none after so many seconds. Raises RecordsAreLost."""
        ...
