"""Who came in, who was refused and who left, with which kind of device: rows that nobody alters."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from store.datastore import Datastore

NOTE = "INSERT INTO sign_in_record (network_id, actor_id, what, device) VALUES (%s, %s, %s, %s)"
LISTED = """
    SELECT record_id, at, actor_id, what, device
      FROM sign_in_record
     WHERE network_id = %(network)s
       AND (%(actor)s::uuid IS NULL OR actor_id = %(actor)s)
       AND (%(what)s::text IS NULL OR what = %(what)s)
       AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
       AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
       AND (%(before)s::bigint IS NULL OR record_id < %(before)s)
     ORDER BY record_id DESC
     LIMIT %(limit)s
"""


class Happened(StrEnum):
    """What became of it. Whoever is nobody's here is refused too, and that is in no network: a log line says so."""

    SIGNED_IN = "signed_in"
    SUSPENDED = "suspended"
    """Refused: the person is suspended."""
    CONFIRMED = "confirmed"
    """Proved again who they are, for signatures."""
    SOMEBODY_ELSE = "somebody_else"
    """Refused: another person proved who they are than is signed in."""
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"


class Device(StrEnum):
    """As the browser names itself: good for noticing what is unusual, no proof of anything."""

    COMPUTER = "computer"
    TABLET = "tablet"
    TELEPHONE = "telephone"
    OTHER = "other"

    @classmethod
    def named_by(cls, user_agent: str) -> "Device":
        """Of a `User-Agent`. iPads name themselves like computers."""
        if re.search(r"iPad|Tablet|PlayBook|Android(?!.*Mobile)", user_agent):
            return cls.TABLET
        if re.search(r"iPhone|iPod|Mobile", user_agent):
            return cls.TELEPHONE
        return cls.COMPUTER if user_agent.startswith("Mozilla/") else cls.OTHER


class Noted(NamedTuple):
    record_id: int
    at: datetime
    actor_id: UUID
    what: Happened
    device: Device


class Asked(NamedTuple):
    """Which records: those where everything named holds. `before` is a record's id, for the next page."""

    actor_id: UUID | None = None
    what: Happened | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


EVERYTHING = Asked()


def note_in(
    connection: Connection[Any], network_id: UUID, actor_id: UUID, what: Happened, device: Device = Device.OTHER
) -> None:
    """Write it down in a transaction of the caller's, that has the network in force."""
    connection.execute(NOTE, [network_id, actor_id, what, device])


def note(datastore: Datastore, network_id: UUID, actor_id: UUID, what: Happened, device: Device) -> None:
    """Write it down, before an answer leaves."""
    with datastore.in_network(network_id, read_only=False) as connection:
        note_in(connection, network_id, actor_id, what, device)


def sign_ins(datastore: Datastore, network_id: UUID, asked: Asked = EVERYTHING, *, limit: int = 100) -> list[Noted]:
    """What happened in a network, the latest first."""
    known = {
        "network": network_id,
        "actor": asked.actor_id,
        "what": asked.what,
        "since": asked.since,
        "until": asked.until,
        "before": asked.before,
        "limit": limit,
    }
    with datastore.in_network(network_id) as connection:
        rows = connection.execute(LISTED, known).fetchall()
    return [Noted._make(row)._replace(what=Happened(row[3]), device=Device(row[4])) for row in rows]
