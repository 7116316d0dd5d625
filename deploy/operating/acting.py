"""Decisions taken from the command line: one command with a key of its own, by the operator of the machine."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from deploy.wiring import Wiring, operator
from domain.actor import Actor
from domain.event import Event
from domain.order import Order
from domain.stream import Stream
from store.command import Command, Receipt


def act(
    wiring: Wiring,
    network_id: UUID,
    stream: Stream[Any],
    stream_id: UUID,
    decision: Callable[..., list[Event]],
    order: Order,
    *,
    command_id: UUID | None = None,
    zone: str = "UTC",
    by: Actor | None = None,
) -> Receipt:
    """Take a decision as the operator, or as the person named. With a command id of your own it records once."""
    command_id = command_id or uuid4()
    command = Command(
        command_id=command_id,
        by=by or operator(network_id),
        body_hash=sha256(command_id.bytes).digest(),  # the key says it all: nobody else words requests under it
        correlation_id=command_id,
        zone=zone,
    )
    return wiring.care.decide(stream, stream_id, decision, order, command=command)
