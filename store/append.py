"""What accompanies events on their way into the log, and what the database answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import orjson
from eventsourcing.persistence import NotSupportedError, StoredEvent

from domain.actor import Role
from domain.event import FactRelied
from store import wire
from store.row import facts_to

NOBODY = UUID(int=0)


class Answer(NamedTuple):
    """`status` is recorded, repeated (with what the first one recorded) or other_body."""

    status: str
    from_version: int
    to_version: int
    positions: Sequence[int] | None
    recorded_at: datetime | None

    @classmethod
    def of_columns(cls, columns: Sequence[bytes | None]) -> "Answer":
        """From the columns of `append_to_stream`, in binary."""
        status, from_version, to_version, positions, recorded_at = columns
        return cls(
            (status or b"").decode(),
            wire.number(from_version or b""),
            wire.number(to_version or b""),
            wire.numbers(positions) if positions else None,
            wire.moment(recorded_at) if recorded_at else None,
        )


NOTHING = Answer("", 0, 0, None, None)


@dataclass
class Append:
    """The command behind some events, the facts it relied on, and the rows that go into the same transaction."""

    network_id: UUID
    stream_type: str
    stream_id: UUID
    version: int
    """Where the stream stood when the decision was taken; the events follow it."""
    command_id: UUID
    body_hash: bytes
    actor_id: UUID
    actor_role: Role
    correlation_id: UUID
    causation_id: UUID | None = None
    zone: str = "UTC"
    protocol_version: str | None = None
    recorded_at: datetime | None = None
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
        version, command_id = events[0].originator_version - 1, uuid4()
        return cls(
            network_id, "bare", stream_id, version, command_id, b"", NOBODY, Role.SYSTEM, correlation_id=command_id
        )

    def parameters(self, events: Sequence[Any]) -> list[Any]:
        """The arguments of `append_to_stream`, in its order."""
        envelopes = [getattr(event, "envelope", None) or BareEnvelope() for event in events]
        return [
            self.network_id,
            self.stream_type,
            self.stream_id,
            self.version,
            self.command_id,
            self.body_hash,
            self.actor_id,
            self.actor_role.value,
            self.correlation_id,
            self.causation_id,
            self.zone,
            self.protocol_version,
            self.recorded_at,
            facts_to(self.facts),
            [fact.stream_id for fact in self.facts] or None,
            [fact.version for fact in self.facts] or None,
            orjson.dumps(self.side_rows).decode() if self.side_rows else None,
            [envelope.event_id for envelope in envelopes],
            [event.topic for event in events],
            [getattr(event, "schema_version", 1) for event in events],
            [event.state for event in events],
            [envelope.occurred_at for envelope in envelopes],
            [envelope.sensitivity for envelope in envelopes],
        ]


class BareEnvelope:
    """What is written beside a stored event that comes without its envelope."""

    sensitivity = "standard"

    def __init__(self) -> None:
        self.event_id = uuid4()
        self.occurred_at = datetime.now(UTC)


def event_id(command_id: UUID, ordinal: int) -> UUID:
    """The id of an event follows from its command, so that a repetition cannot bring another (RFC 9562, version 8)."""
    digest = bytearray(blake2b(command_id.bytes + ordinal.to_bytes(2, "big"), digest_size=16).digest())
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return UUID(bytes=bytes(digest))
