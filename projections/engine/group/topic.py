"""What members of a group are given: records of a topic whose partitions share out the streams."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from projections.engine.source import Source, StoredRow


class VersionedRow(StoredRow, Protocol):
    """A stored event, not decoded yet, that says which one of its stream it is."""

    @property
    def stream_type(self) -> str: ...
    @property
    def version(self) -> int: ...


class StreamSource(Source, Protocol):
    """The log, which also answers for single streams."""

    def versions_at(self, stream_ids: Sequence[UUID], position: int) -> Mapping[UUID, int]:
        """The version each of these streams had at a position of the log; none for one that had not begun."""
        ...

    def rows_of_versions(self, stream_id: UUID, after: int, before: int) -> Sequence[VersionedRow]:
        """The events of a stream between two versions, neither included, in order."""
        ...


class Topic(NamedTuple):
    """A topic of one making. `owner` says in which of its partitions the events of a stream are."""

    topic_id: str
    partitions: int
    owner: Callable[[UUID], int]

    def is_still(self, found: "Topic") -> bool:
        """Whether offsets and partitions mean what they meant."""
        return (self.topic_id, self.partitions) == (found.topic_id, found.partitions)


class Delivered(NamedTuple):
    """One record of a partition; without a row it is of another log, as a topic holds them after a restore."""

    partition: int
    offset: int
    row: VersionedRow | None
