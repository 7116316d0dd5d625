"""One stored event as its columns, and the same as the domain's event with its envelope."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from psycopg import Cursor

from domain.actor import Role
from domain.event import EVENTS, Envelope, Event, FactRelied, Recorded
from store.errors import UnknownEvent


class Row(NamedTuple):
    """The columns of `events`, in the order in which `COLUMNS` selects them."""

    position: int
    stored_as: str
    schema_version: int
    payload: bytes
    event_id: UUID
    stream_type: str
    stream_id: UUID
    version: int
    network_id: UUID
    occurred_at: datetime
    occurred_zone: str
    recorded_at: datetime
    actor_id: UUID
    actor_role: str
    command_id: UUID
    ordinal: int
    correlation_id: UUID
    causation_id: UUID | None
    protocol_version: str | None
    sensitivity: str
    facts: str | None


COLUMNS = ", ".join(name if name != "stored_as" else "topic" for name in Row._fields)
FACTS_TO_REMEMBER = 4_096
"""Most events of a network rely on the same few streams at the same versions."""
ROLES = {role.value: role for role in Role}


def rows(_: Cursor[Any]) -> Any:
    """A row factory: plain tuples with names, several times faster than dictionaries."""
    return Row._make


def envelope_of(row: Row) -> Envelope:
    """What surrounds the event."""
    return Envelope(
        *row[4:13], ROLES[row.actor_role], *row[14:20], facts_from(row.facts), row.position
    )  # fmt: skip


def event_of(row: Row) -> Event:
    """The event; an older shape is brought to the present one. UnknownEvent if no class is stored under its name."""
    kind = EVENTS.get(row.stored_as)
    if kind is None:
        raise UnknownEvent(row.stored_as)
    if row.schema_version == kind.schema_version:
        return kind.__pydantic_validator__.validate_json(row.payload)  # type: ignore[no-any-return]
    return kind.model_validate(kind.upcast(orjson.loads(row.payload), row.schema_version))


def decode(row: Row) -> Recorded:
    """The event with its envelope."""
    return Recorded(event_of(row), envelope_of(row))


@lru_cache(FACTS_TO_REMEMBER)
def facts_from(stored: str | None) -> tuple[FactRelied, ...]:
    """The streams and versions a decision relied on, from their column."""
    if stored is None:
        return ()
    return tuple(FactRelied(kind, UUID(stream), version) for kind, stream, version in orjson.loads(stored))


@lru_cache(FACTS_TO_REMEMBER)
def facts_to(facts: tuple[FactRelied, ...]) -> str | None:
    """The same as the column keeps it; nothing where there are none."""
    if not facts:
        return None
    return orjson.dumps([[kind, str(stream), version] for kind, stream, version in facts]).decode()
