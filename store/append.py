"""What accompanies events on their way into the log, and what the database answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import orjson
from eventsourcing.persistence import NotSupportedError, StoredEvent

from domain.actor import Actor, Role
from domain.event import FactRelied
from domain.psychotherapy_note.notes import PSYCHOTHERAPY_NOTE
from store import wire
from store.command import Command
from store.row import facts_to

NOBODY = UUID(int=0)


class Answer(NamedTuple):
    """`status` is recorded, repeated (with what the first one recorded) or other_body."""

    status: str
    from_version: int
    to_version: int
    positions: Sequence[int] | None
    recorded_at: datetime | None


NOTHING = Answer("", 0, 0, None, None)
OF_ANOTHER = Answer("other_body", 0, 0, None, None)
"""What is said of a key that was used where the asker cannot see."""
NO_EVENT = (None,) * 6


@dataclass
class Append:
    """The command behind some events, the facts it relied on, and the rows that go into the same transaction."""

    command: Command
    body_hash: bytes
    """The command's, under a key."""
    actor_role: Role
    """The one of the person's roles in which they decided."""
    stream_type: str
    stream_id: UUID
    version: int
    """Where the stream stood when the decision was taken; the events follow it."""
    protocol_version: str | None = None
    facts: tuple[FactRelied, ...] = ()
    side_rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    recorded: Answer = NOTHING
    """What the database answered: the library hands back positions only."""

    @classmethod
    def of_bare(cls, events: Sequence[StoredEvent], network_id: UUID) -> "Append":
        """For stored events that come with nothing, as the library's own tools write them."""
        if len({event.originator_id for event in events}) > 1:
            raise NotSupportedError("events of several streams are appended one stream at a time")
        stream_id = UUID(str(events[0].originator_id))
        command_id = uuid4()
        command = Command(command_id, Actor(NOBODY, network_id, frozenset({Role.SYSTEM})), b"", command_id)
        return cls(command, b"", Role.SYSTEM, "bare", stream_id, events[0].originator_version - 1)

    def is_plain(self, events: Sequence[Any]) -> bool:
        """Whether `append_plainly` can take it: one event, at most one fact, no rows beside, and not a note."""
        is_one = len(events) == 1 and len(self.facts) <= 1 and not self.side_rows
        return is_one and self.stream_type != PSYCHOTHERAPY_NOTE.name

    def plain_parameters(self, event: Any) -> list[Any]:
        """The arguments of `append_plainly`."""
        command, by = self.command, self.command.by
        fact = self.facts[0] if self.facts else None
        return [
            by.network_id,
            self.stream_type,
            self.stream_id,
            self.version,
            command.command_id,
            self.body_hash,
            by.actor_id,
            self.actor_role.value,
            command.correlation_id,
            command.causation_id,
            command.zone,
            self.protocol_version,
            command.recorded_at,
            facts_to(self.facts),
            fact and fact.stream_id,
            fact and fact.version,
            *columns_of(event),
        ]

    def parameters(self, events: Sequence[Any]) -> list[Any]:
        """The arguments of `append_to_stream`: the first event and the first fact plainly, further ones in lists."""
        command, by = self.command, self.command.by
        fact, also = (self.facts[0], self.facts[1:]) if self.facts else (None, ())
        return [
            by.network_id,
            self.stream_type,
            self.stream_id,
            self.version,
            self.version + len(events),
            command.command_id,
            self.body_hash,
            by.actor_id,
            self.actor_role.value,
            command.correlation_id,
            command.causation_id,
            command.zone,
            self.protocol_version,
            command.recorded_at,
            facts_to(self.facts),
            fact and fact.stream_id,
            fact and fact.version,
            *(columns_of(events[0]) if events else NO_EVENT),
            [other.stream_id for other in also] or None,
            [other.version for other in also] or None,
            *(zip(*map(columns_of, events[1:]), strict=True) if len(events) > 1 else NO_EVENT),
            orjson.dumps(self.side_rows).decode() if self.side_rows else None,
        ]

    def answered_plainly(self, columns: Sequence[bytes | None]) -> Answer:
        """From the columns of `append_plainly`, in binary."""
        position, recorded_at = columns
        places = [wire.number(position or b"")]
        return Answer("recorded", self.version, self.version + 1, places, wire.moment(recorded_at or b""))

    def answered(self, columns: Sequence[bytes | None]) -> Answer:
        """From the columns of `append_to_stream`, in binary."""
        positions, recorded_at = columns
        places = wire.numbers(positions) if positions else None
        to_version = self.version + len(places or ())
        return Answer("recorded", self.version, to_version, places, wire.moment(recorded_at or b""))


class BareEnvelope:
    """What is written beside a stored event that comes without its envelope."""

    sensitivity = "standard"

    def __init__(self) -> None:
        self.event_id = uuid4()
        self.occurred_at = datetime.now(UTC)


def columns_of(event: Any) -> tuple[UUID, str, int, bytes, datetime, str]:
    """What is written of each event."""
    envelope = getattr(event, "envelope", None) or BareEnvelope()
    version = getattr(event, "schema_version", 1)
    return envelope.event_id, event.topic, version, event.state, envelope.occurred_at, envelope.sensitivity


def event_id(command_id: UUID, ordinal: int) -> UUID:
    """The id of an event follows from its command, so that a repetition cannot bring another (RFC 9562, version 8)."""
    digest = bytearray(blake2b(command_id.bytes + ordinal.to_bytes(2, "big"), digest_size=16).digest())
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return UUID(bytes=bytes(digest))
