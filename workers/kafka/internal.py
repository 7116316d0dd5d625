"""The internal topic: every stored event as its exact bytes, everything else of its row in headers.

A CloudEvent 1.0 in binary mode whose data are the stored payload. It carries full payloads with sealed values in them,
so it is for Throughline's own workers: no subscriber may read it. Keyed by stream, so that a stream stays in order.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from kafka.partitioner.default import murmur2

from store.row import Row
from workers.kafka.producer import Message


class MessageIsNotReadable(Exception):
    """A message of the internal topic has not the headers that this version writes; nothing of it is shown."""


def message_of(row: Row, log_id: UUID, topic: str) -> Message:
    """A stored event as it goes out."""
    return Message(topic, str(row.stream_id).encode(), row.payload, _headers(row, log_id), row.position)


@lru_cache(maxsize=100_000)
def partition_of(stream_id: UUID, partitions: int) -> int:
    """Where the client's partitioner puts the events of a stream, in a topic of so many partitions."""
    found: int = (murmur2(str(stream_id).encode()) & 0x7FFFFFFF) % partitions
    return found


def row_of(value: bytes, headers: Mapping[str, bytes]) -> Row:
    """The same row again; MessageIsNotReadable if it was written otherwise."""
    try:
        return _row(value, {name.removeprefix("ce_"): content.decode() for name, content in headers.items()})
    except (KeyError, ValueError) as error:
        raise MessageIsNotReadable(type(error).__name__) from None


def log_id_of(headers: Mapping[str, bytes]) -> UUID:
    """Which log a message is of: after a restore a topic holds messages of two."""
    try:
        return UUID(headers["ce_logid"].decode())
    except (KeyError, ValueError) as error:
        raise MessageIsNotReadable(type(error).__name__) from None


def _headers(row: Row, log_id: UUID) -> list[tuple[str, bytes]]:
    attributes = {
        "specversion": "1.0",
        "id": row.event_id,
        "source": f"/networks/{row.network_id}",
        "type": f"throughline.{row.stream_type}.{row.stored_as}.v{row.schema_version}",
        "subject": f"{row.stream_type}/{row.stream_id}",
        "time": _instant(row.occurred_at),
        "recordedtime": _instant(row.recorded_at),
        "logid": log_id,
        "position": row.position,
        "streamversion": row.version,
        "zone": row.occurred_zone,
        "actorid": row.actor_id,
        "actorrole": row.actor_role,
        "commandid": row.command_id,
        "ordinal": row.ordinal,
        "correlationid": row.correlation_id,
        "causationid": row.causation_id,
        "protocolversion": row.protocol_version,
        "sensitivity": row.sensitivity,
        "facts": row.facts,
    }
    present = [(f"ce_{name}", str(value).encode()) for name, value in attributes.items() if value is not None]
    return [("content-type", b"application/json"), *present]


def _row(payload: bytes, attributes: Mapping[str, str]) -> Row:
    _, stream_type, stored_as, version = attributes["type"].split(".")
    causation_id = attributes.get("causationid")
    return Row(
        position=int(attributes["position"]),
        stored_as=stored_as,
        schema_version=int(version.removeprefix("v")),
        payload=payload,
        event_id=UUID(attributes["id"]),
        stream_type=stream_type,
        stream_id=UUID(attributes["subject"].rpartition("/")[2]),
        version=int(attributes["streamversion"]),
        network_id=UUID(attributes["source"].rpartition("/")[2]),
        occurred_at=datetime.fromisoformat(attributes["time"]),
        occurred_zone=attributes["zone"],
        recorded_at=datetime.fromisoformat(attributes["recordedtime"]),
        actor_id=UUID(attributes["actorid"]),
        actor_role=attributes["actorrole"],
        command_id=UUID(attributes["commandid"]),
        ordinal=int(attributes["ordinal"]),
        correlation_id=UUID(attributes["correlationid"]),
        causation_id=UUID(causation_id) if causation_id else None,
        protocol_version=attributes.get("protocolversion"),
        sensitivity=attributes["sensitivity"],
        facts=attributes.get("facts"),
    )


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
