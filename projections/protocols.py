"""Protocols that a network works on: where each is kept. What stands in them is read from the protocol itself."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.event import Envelope
from domain.protocol.draft_protocol import ProtocolDrafted
from domain.protocol.publish_protocol import ProtocolPublished
from projections.engine.read_model import ReadModel
from projections.engine.table import Table


@dataclass(frozen=True)
class Kept:
    """One protocol of one network."""

    stream_id: UUID
    network_id: UUID
    protocol_id: str


protocols: Table[Kept] = Table("protocols", Kept, key=("stream_id",))
PROTOCOLS = ReadModel("protocols", 1, (protocols,), per_episode=True)


@protocols.on(ProtocolDrafted)
def _(event: ProtocolDrafted, envelope: Envelope, row: Kept | None) -> Kept:
    return row or Kept(envelope.stream_id, envelope.network_id, event.protocol_id)


@protocols.on(ProtocolPublished)
def _(event: ProtocolPublished, envelope: Envelope, row: Kept | None) -> Kept:
    return row or Kept(envelope.stream_id, envelope.network_id, event.protocol_id)


def kept_protocols(connection: Connection[Any]) -> list[Kept]:
    """All protocols of the network in force, by name."""
    query = f"""
        SELECT stream_id, network_id, protocol_id
          FROM read_models.{PROTOCOLS.table_name(protocols)}
         ORDER BY protocol_id
    """  # noqa: S608 the table's name is ours
    return [Kept(*row) for row in connection.execute(query.encode())]
