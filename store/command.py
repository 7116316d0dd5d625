"""What comes with an order, and what is handed back for it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from domain.actor import Actor
from domain.event import Recorded

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


class Command(NamedTuple):
    """`command_id` is the caller's idempotency key; `body_hash` tells a repetition from another request under it."""

    command_id: UUID
    by: Actor
    body_hash: bytes
    correlation_id: UUID
    causation_id: UUID | None = None
    recorded_at: datetime | None = None
    """Only while a demonstration is seeded: when it is to look recorded."""
    zone: str = "UTC"


class Receipt(NamedTuple):
    """What was recorded. `position` is the last one of the stream, to wait for before reading what was written."""

    position: int
    version: int
    event_ids: tuple[UUID, ...]
    recorded: tuple[Recorded, ...]
    repeated: bool
