"""Where the engine's events come from: pages of stored rows, decoded only when somebody wants them."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.event import Envelope, Event, Recorded


class StoredRow(Protocol):
    """A stored event, not decoded yet."""

    @property
    def position(self) -> int: ...
    @property
    def stored_as(self) -> str: ...
    @property
    def stream_id(self) -> UUID: ...
    @property
    def event_id(self) -> UUID: ...


class Source(Protocol):
    """The log in the order of positions. `rows` never passes an event that appears later."""

    def head(self) -> int: ...
    def rows(self, after: int, limit: int) -> Sequence[Any]: ...
    def rows_of(self, stream_id: UUID, positions: Sequence[int]) -> Sequence[Any]: ...
    def decode(self, row: Any) -> Recorded: ...


class Entry(NamedTuple):
    """One event of a page. Where the payload could not be read, `failure` says why and the event is missing."""

    position: int
    stream_id: UUID
    event_id: UUID
    stored_as: str
    event: Event | None
    envelope: Envelope | None
    failure: Exception | None = None


def read_entries(source: Source, rows: Iterable[StoredRow], wanted: frozenset[str]) -> list[Entry]:
    """The wanted rows, decoded. An unreadable one is an entry with its failure: it concerns one stream, no more."""
    return [_entry(source, row) for row in rows if row.stored_as in wanted]


def _entry(source: Source, row: StoredRow) -> Entry:
    about = (row.position, row.stream_id, row.event_id, row.stored_as)
    try:
        event, envelope = source.decode(row)
    except Exception as error:  # whatever decoding raises, the row is parked under its stream
        return Entry(*about, None, None, error)
    return Entry(*about, event, envelope)
