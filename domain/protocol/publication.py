"""What was published under one protocol's name: every version with its hash."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from domain.event import Envelope, Event
from domain.stream import Stream


class ProtocolEvent(Event):
    """Something that happened to a clinical protocol."""

    stream = "protocol"


@dataclass(frozen=True)
class Publication:
    protocol_id: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 by version."""


@singledispatch
def evolve(event: Any, publication: Publication, envelope: Envelope) -> Publication:
    """What an event changes. Effects are total; an event without one changes nothing a decision reads."""
    return publication


PROTOCOL: Stream[Publication] = Stream("protocol", Publication(), evolve, lambda state, event: None)
