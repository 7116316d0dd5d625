"""What accompanies events on their way into the log, and what the database answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import orjson
from eventsourcing.persistence import NotSupportedError, StoredEvent

from domain.actor import Role
from domain.event import FactRelied
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

    def parameters(self, events: Sequence[Any]) -> dict[str, Any]:
        """The arguments of `append_to_stream`."""
        envelopes = [getattr(event, "envelope", None) for event in events]
        return {
            "network": self.network_id,
            "stream_type": self.stream_type,
            "stream": self.stream_id,
            "version": self.version,
            "command": self.command_id,
            "body_hash": self.body_hash,
            "actor": self.actor_id,
            "role": self.actor_role.value,
            "correlation": self.correlation_id,
            "causation": self.causation_id,
            "zone": self.zone,
            "protocol_version": self.protocol_version,
            "recorded_at": self.recorded_at,
            "facts": facts_to(self.facts),
            "relied": [fact.stream_id for fact in self.facts] or None,
            "relied_versions": [fact.version for fact in self.facts] or None,
            "side_rows": orjson.dumps(self.side_rows).decode() if self.side_rows else None,
            "event_ids": [envelope.event_id if envelope else uuid4() for envelope in envelopes],
            "topics": [event.topic for event in events],
            "schema_versions": [getattr(event, "schema_version", 1) for event in events],
            "payloads": [event.state for event in events],
            "occurred": [envelope.occurred_at if envelope else datetime.now().astimezone() for envelope in envelopes],
            "sensitivities": [envelope.sensitivity if envelope else "standard" for envelope in envelopes],
        }


def event_id(command_id: UUID, ordinal: int) -> UUID:
    """The id of an event follows from its command, so that a repetition cannot bring another."""
    return uuid5(NAMESPACE_OID, f"{command_id}/{ordinal}")
