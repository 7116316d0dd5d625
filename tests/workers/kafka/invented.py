"""An invented log in memory, long and quick to write, and what must be true of a topic that it was published to."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from domain.event import Recorded
from store.row import Row, decode
from workers.kafka.consumer import Received
from workers.kafka.internal import row_of

SPACE = UUID("5e0b8f6c-3a0d-4d7e-9e0c-6d1f2a3b4c5d")
BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)


def invented_row(position: int, streams: int) -> Row:
    """The row at this position; streams take turns."""
    stream_id = uuid5(SPACE, f"stream {position % streams}")
    return Row(
        position=position,
        stored_as="DoseRecorded",
        schema_version=1,
        payload=b'{"number":%d,"note":"a text of common length, as a stored event has it in sealed fields"}' % position,
        event_id=uuid5(SPACE, f"event {position}"),
        stream_type="episode",
        stream_id=stream_id,
        version=(position - 1) // streams + 1,
        network_id=SPACE,
        occurred_at=BEGIN + timedelta(seconds=position),
        occurred_zone="America/New_York",
        recorded_at=BEGIN + timedelta(seconds=position, microseconds=position),
        actor_id=SPACE,
        actor_role="therapist",
        command_id=uuid5(SPACE, f"command {position}"),
        ordinal=0,
        correlation_id=uuid5(SPACE, f"command {position}"),
        causation_id=None,
        protocol_version="kap-1",
        sensitivity="clinical",
        facts=None,
    )


class InventedLog:
    """Rows that appear when `grow` is called."""

    def __init__(self, count: int = 0, streams: int = 7) -> None:
        self._streams = streams
        self._rows: list[Row] = []
        self.grow(count)

    def grow(self, count: int) -> None:
        begin = len(self._rows) + 1
        self._rows.extend(invented_row(position, self._streams) for position in range(begin, begin + count))

    def head(self) -> int:
        return len(self._rows)

    def rows(self, after: int, limit: int) -> Sequence[Row]:
        return self._rows[after : after + limit]

    def rows_of(self, stream_id: UUID, positions: Sequence[int]) -> Sequence[Row]:
        return [self._rows[one - 1] for one in positions]

    def decode(self, row: Row) -> Recorded:
        return decode(row)


def repetitions_in(received: Sequence[Received], log: InventedLog) -> int:
    """Everything arrived, each stream's events in order at their first coming, every repetition alike; how many."""
    rows = [row_of(one.value or b"", one.headers) for one in received]
    first: dict[UUID, Row] = {}
    by_stream: dict[UUID, list[int]] = defaultdict(list)
    for row in rows:
        if row.event_id not in first:
            by_stream[row.stream_id].append(row.version)
        assert first.setdefault(row.event_id, row) == row
    assert sorted(first.values()) == log.rows(0, log.head())
    assert all(versions == sorted(versions) for versions in by_stream.values())
    return len(rows) - len(first)
