"""The answer to a decision that was taken through JSON, whatever it was about."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from store.command import Receipt


class Recorded(BaseModel):
    """What a decision recorded: nothing new when the same had been recorded before."""

    position: int
    version: int
    event_ids: tuple[UUID, ...]
    events: tuple[str, ...]
    repeated: bool


def recorded_by(receipt: Receipt) -> dict[str, Any]:
    """The fields of the answer that come from what was recorded."""
    return {
        "position": receipt.position,
        "version": receipt.version,
        "event_ids": receipt.event_ids,
        "events": tuple(event.stored_as for event, _ in receipt.recorded),
        "repeated": receipt.repeated,
    }
