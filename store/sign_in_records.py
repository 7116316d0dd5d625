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
     ORDER BY {order}
     LIMIT %(limit)s
    OFFSET %(skipped)s
"""


class Sort(StrEnum):
    """What the records are put in order by; of the same, the latest first."""

    WHEN = "when"
    WHO = "who"
    """In the order of `by_name`, since names are not in the database's sight."""
    WHAT = "what"
    DEVICE = "device"


KEY_OF = {
    Sort.WHEN: "record_id",
    Sort.WHO: "array_position(%(by_name)s::uuid[], actor_id)",
    Sort.WHAT: "what",
    Sort.DEVICE: "device",
}


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
    """Which records: those where everything named holds, and in which order.

    `before` is a record's id: what happens while somebody turns pages moves none of them. `skipped` are those of
    the pages before.
    """

    actor_id: UUID | None = None
    what: Happened | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    sort: Sort = Sort.WHEN
    turned: bool = False
    by_name: tuple[UUID, ...] = ()
    skipped: int = 0


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
    """What happened in a network, the latest first unless another order is asked for."""
    known = {
        "network": network_id,
        "actor": asked.actor_id,
        "what": asked.what,
        "since": asked.since,
        "until": asked.until,
        "before": asked.before,
        "by_name": list(asked.by_name),
        "skipped": asked.skipped,
        "limit": limit,
    }
    with datastore.in_network(network_id) as connection:
        rows = connection.execute(LISTED.format(order=_order(asked)), known).fetchall()
    return [Noted._make(row)._replace(what=Happened(row[3]), device=Device(row[4])) for row in rows]


def _order(asked: Asked) -> str:
    """Of our own words alone."""
    is_falling = asked.turned != (asked.sort is Sort.WHEN)
    return f"{KEY_OF[asked.sort]} {'DESC' if is_falling else 'ASC'} NULLS LAST, record_id DESC"
