"""What was disclosed to whom: a row per batch, written before its bytes leave and never altered (45 CFR 164.528)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from psycopg import Connection

from domain.subscriber.subscriber import KeyScope, Way
from store.datastore import Datastore
from store.subscribers import Subscriber

NOTE = """
    INSERT INTO disclosure (network_id, subscriber_id, way, grant_id, purpose, is_full, first_position, last_position,
                            event_count, event_types, stream_ids)
    VALUES (%(network)s, %(subscriber)s, %(way)s, %(grant)s, %(purpose)s, %(full)s, %(first_position)s,
            %(last_position)s, %(event_count)s, %(event_types)s, %(stream_ids)s)
"""
DISCLOSE = "SELECT disclose_to_holders(%(scope)s, %(way)s, %(batches)s::jsonb)"
LISTED = """
    SELECT disclosure_id, disclosure.at, subscriber_id, way, grant_id, purpose, is_full, first_position, last_position,
           event_count, event_types, stream_ids, awaits_arrival, arrival.at AS arrived_at
      FROM disclosure
      LEFT JOIN disclosure_arrival AS arrival USING (disclosure_id)
     WHERE disclosure.network_id = %(network)s
       AND (%(subscriber)s::uuid IS NULL OR subscriber_id = %(subscriber)s)
       AND (%(streams)s::uuid[] IS NULL OR stream_ids && %(streams)s)
       AND (%(purpose)s::text IS NULL OR purpose = %(purpose)s)
       AND (%(since)s::timestamptz IS NULL OR coalesce(arrival.at, disclosure.at) >= %(since)s)
       AND (%(until)s::timestamptz IS NULL OR coalesce(arrival.at, disclosure.at) < %(until)s)
       AND (%(before)s::bigint IS NULL OR disclosure_id < %(before)s)
     ORDER BY disclosure_id DESC
     LIMIT %(limit)s
"""


class Disclosure(NamedTuple):
    """One batch: recipient, purpose, grant, way, which positions, how many, which types, about which streams.

    Where somebody says that a batch arrived, it awaits that; `arrived_at` is None until then, and for all others.
    """

    disclosure_id: int
    at: datetime
    subscriber_id: UUID
    way: Way
    grant_id: UUID
    purpose: str
    is_full: bool
    first_position: int
    last_position: int
    event_count: int
    event_types: list[str]
    stream_ids: list[UUID]
    awaits_arrival: bool
    arrived_at: datetime | None

    @property
    def has_not_arrived(self) -> bool:
        """Written down before it left, and nobody took it yet, or not all of it."""
        return self.awaits_arrival and self.arrived_at is None


class Contents(NamedTuple):
    """What is written down of a batch: which positions, how many, which types, about which streams."""

    first_position: int
    last_position: int
    event_count: int
    event_types: list[str]
    stream_ids: list[UUID]


class Outgoing(NamedTuple):
    """A batch about to leave to whoever holds a key, if it may still be seen under that grant."""

    key_hash: bytes
    grant_id: UUID
    contents: Contents


class Asked(NamedTuple):
    """Which disclosures: those where everything named holds. `before` is a disclosure's id, for the next page.

    `stream_ids`: about any of these streams, such as a patient's own and those of their episodes.
    """

    subscriber_id: UUID | None = None
    stream_ids: tuple[UUID, ...] | None = None
    purpose: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


EVERYTHING = Asked()


def note_disclosure(
    connection: Connection[Any], *, subscriber: Subscriber, way: Way, items: Sequence[dict[str, Any]]
) -> None:
    """Write down a batch of CloudEvents that is about to leave; nothing for an empty one.

    The connection has the network in force, or is the workers'. Commit before a byte is sent. ValueError without a
    grant: then nothing may leave.
    """
    if not items:
        return
    connection.execute(NOTE, noted(subscriber, way) | contents_of(items)._asdict(), prepare=True)


def noted(subscriber: Subscriber, way: Way) -> dict[str, Any]:
    """What is written down of a recipient; ValueError without a grant."""
    if subscriber.grant is None:
        raise ValueError("nothing may be disclosed without a grant")
    return {
        "network": subscriber.network_id,
        "subscriber": subscriber.subscriber_id,
        "way": way,
        "grant": subscriber.grant.grant_id,
        "purpose": subscriber.grant.purpose,
        "full": subscriber.grant.full,
    }


def disclose_to_holders(datastore: Datastore, way: Way, batches: Sequence[Outgoing]) -> list[bool]:
    """Note each batch that its holder may still see under its grant; False, and nothing noted, for each other.

    One statement and one commit for them all, for streams that go on.
    """
    asked = {"scope": KeyScope.EVENTS, "way": way, "batches": orjson.dumps([_asked(one) for one in batches]).decode()}
    with datastore.get_connection() as connection:
        ((answers,),) = connection.execute(DISCLOSE, asked, prepare=True).fetchall()
    return list(answers)


def contents_of(items: Sequence[Mapping[str, Any]]) -> Contents:
    """Of a batch of CloudEvents that is not empty."""
    positions = [item["position"] for item in items]
    return Contents(
        min(positions),
        max(positions),
        len(items),
        sorted({item["type"] for item in items}),
        sorted(UUID(subject.rpartition("/")[2]) for subject in {item["subject"] for item in items}),
    )


def _asked(batch: Outgoing) -> dict[str, Any]:
    return {"key": batch.key_hash.hex(), "grant_id": batch.grant_id, **batch.contents._asdict()}


def disclosures(
    datastore: Datastore, network_id: UUID, asked: Asked = EVERYTHING, *, limit: int = 100
) -> list[Disclosure]:
    """What was disclosed in a network, the latest first."""
    known = {
        "network": network_id,
        "subscriber": asked.subscriber_id,
        "streams": None if asked.stream_ids is None else list(asked.stream_ids),
        "purpose": asked.purpose,
        "since": asked.since,
        "until": asked.until,
        "before": asked.before,
        "limit": limit,
    }
    with datastore.in_network(network_id) as connection:
        rows = connection.execute(LISTED, known).fetchall()
    return [Disclosure._make(row)._replace(way=Way(row[3])) for row in rows]


def last_disclosed(connection: Connection[Any], subscriber_id: UUID) -> int:
    """The last position that was disclosed to a subscriber and arrived, where that is known; 0 where nothing was."""
    query = """
        SELECT max(last_position)
          FROM disclosure
         WHERE network_id = network_in_force()
           AND subscriber_id = %s
           AND (NOT awaits_arrival OR EXISTS (
               SELECT FROM disclosure_arrival AS known WHERE known.disclosure_id = disclosure.disclosure_id))
    """
    ((position,),) = connection.execute(query, [subscriber_id]).fetchall()
    return position or 0
