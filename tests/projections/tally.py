"""A small read model and a log in memory, to try the engine on nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, NamedTuple
from uuid import UUID, uuid5

from domain.actor import Role
from domain.event import Envelope, Event, Recorded
from domain.sealed import Sealed
from domain.stream import change
from projections.engine.column import InParts, OneByOne
from projections.engine.read_model import ReadModel
from projections.engine.table import Index, Table

NETWORK = UUID(int=7)
BEGINNING = datetime(2026, 3, 1, 9, tzinfo=UTC)


class Added(Event):
    stored_as = "Added"
    schema_version = 1
    stream = "tally"
    amount: Decimal
    note: str = ""
    by_whom: Sealed[str] | None = None


class Cleared(Event):
    stored_as = "Cleared"
    schema_version = 1
    stream = "tally"


class Forgotten(Event):
    stored_as = "Forgotten"
    schema_version = 1
    stream = "tally"


class Unheard(Event):
    """No read model registers it."""

    stored_as = "Unheard"
    schema_version = 1
    stream = "tally"


@dataclass(frozen=True)
class Details:
    """What is kept in parts: kinds with and without a conversion, most often at their defaults."""

    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    largest: Decimal | None = None
    first_role: Role | None = None
    positions: frozenset[int] = frozenset()
    times: int = 0
    by_id: Mapping[UUID, Decimal] = field(default_factory=dict)
    """The latest of each note, not negative: the oldest of four notes goes, one that comes again is the youngest."""


@dataclass(frozen=True)
class Tally:
    stream_id: UUID
    network_id: UUID
    total: Decimal
    count: int
    last_at: datetime
    last_on: date
    is_positive: bool
    role: Role
    by_whom: Sealed[str] | None = None
    amounts: tuple[Decimal, ...] = ()
    by_note: dict[str, Decimal] | None = None
    last_three: Annotated[tuple[Decimal, ...], OneByOne()] = ()
    details: Annotated[Details, InParts(frozenset({"by_id"}))] = Details()


@dataclass(frozen=True)
class Line:
    stream_id: UUID
    version: int
    network_id: UUID
    said: str


TALLIES = Table("tally", Tally, key=("stream_id",), indexes=(Index(("network_id", "count")),))
LINES = Table(
    "line",
    Line,
    key=("stream_id", "version"),
    keys=lambda _, envelope: ((envelope.stream_id, envelope.version),),
    has_row_per_event=True,
)


@TALLIES.on(Added)
def _(event: Added, envelope: Envelope, row: Tally | None) -> Tally | None:
    if event.note == "poison":
        raise ArithmeticError("a fold that fails")
    row = row or Tally(
        envelope.stream_id, NETWORK, Decimal(0), 0, envelope.recorded_at, date(2026, 3, 1), False, Role.THERAPIST
    )
    total = row.total + event.amount
    return change(
        row,
        total=total,
        count=row.count + 1,
        last_at=envelope.recorded_at,
        last_on=envelope.recorded_at.date(),
        is_positive=total > 0,
        role=envelope.actor_role,
        by_whom=event.by_whom or row.by_whom,
        amounts=(*row.amounts, event.amount)[-3:],
        last_three=(*row.last_three, event.amount)[-3:],
        by_note={**(row.by_note or {}), event.note: event.amount},
        details=_detailed(event, envelope, row.details),
    )


def _detailed(event: Added, envelope: Envelope, known: Details) -> Details:
    if event.amount < 0:
        return known
    return change(
        known,
        amounts={**known.amounts, event.note: event.amount},
        notes=(*known.notes, event.note),
        largest=max(event.amount, known.largest or event.amount),
        first_role=known.first_role or envelope.actor_role,
        positions=known.positions | {envelope.version},
        times=known.times + 1,
        by_id=_latest(known.by_id, uuid5(NETWORK, event.note), event.amount),
    )


def _latest(known: Mapping[UUID, Decimal], note_id: UUID, amount: Decimal) -> Mapping[UUID, Decimal]:
    others = [(key, value) for key, value in known.items() if key != note_id]
    return dict([*others, (note_id, amount)][-3:])


@TALLIES.on(Cleared)
def _(event: Cleared, envelope: Envelope, row: Tally | None) -> Tally | None:
    return row and change(row, total=Decimal(0), is_positive=False, details=Details())


@TALLIES.on(Forgotten)
def _(event: Forgotten, envelope: Envelope, row: Tally | None) -> None:
    return None


@LINES.on(Added, Cleared, Forgotten)
def _(event: Event, envelope: Envelope, row: Line | None) -> Line:
    return Line(envelope.stream_id, envelope.version, envelope.network_id, getattr(event, "note", event.stored_as))


TALLY = ReadModel("tally", 1, (TALLIES, LINES), per_episode=True)


class StoredEvent(NamedTuple):
    position: int
    stored_as: str
    stream_id: UUID
    event_id: UUID
    recorded: Recorded

    @property
    def stream_type(self) -> str:
        return self.recorded.envelope.stream_type

    @property
    def version(self) -> int:
        return self.recorded.envelope.version


class Log:
    """A log in memory with holes in its positions, as an identity column leaves them."""

    def __init__(self) -> None:
        self.stored: list[StoredEvent] = []
        self.unreadable: set[int] = set()
        self._versions: dict[UUID, int] = {}

    def append(self, stream: int, *events: Event) -> int:
        for event in events:
            self._append(UUID(int=stream), event)
        return self.head()

    def _append(self, stream_id: UUID, event: Event) -> None:
        position = self.head() + (3 if len(self.stored) % 5 == 4 else 1)
        version = self._versions[stream_id] = self._versions.get(stream_id, 0) + 1
        at = BEGINNING + timedelta(minutes=position)
        envelope = Envelope(
            uuid5(stream_id, str(version)), "tally", stream_id, version, NETWORK, at, "UTC", at, UUID(int=1),
            Role.THERAPIST, UUID(int=position), 0, UUID(int=position), None, None, "standard", (), position,
        )  # fmt: skip
        self.stored.append(
            StoredEvent(position, event.stored_as, stream_id, envelope.event_id, Recorded(event, envelope))
        )

    def head(self) -> int:
        return self.stored[-1].position if self.stored else 0

    def rows(self, after: int, limit: int) -> Sequence[StoredEvent]:
        return [row for row in self.stored if row.position > after][:limit]

    def rows_of(self, stream_id: UUID, positions: Sequence[int]) -> Sequence[StoredEvent]:
        return [row for row in self.stored if row.stream_id == stream_id and row.position in positions]

    def rows_of_versions(self, stream_id: UUID, after: int, before: int) -> Sequence[StoredEvent]:
        return [row for row in self.stored if row.stream_id == stream_id and after < row.version < before]

    def versions_at(self, stream_ids: Sequence[UUID], position: int) -> dict[UUID, int]:
        return {row.stream_id: row.version for row in self.stored if row.position <= position}

    def decode(self, row: StoredEvent) -> Recorded:
        if row.position in self.unreadable:
            raise ValueError("a payload that cannot be read")
        return row.recorded

    def history(self) -> list[Recorded]:
        return [row.recorded for row in self.stored]
