"""Disclosures whose arrival is known: one row per batch until it arrived, whatever is tried, and one more then."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.subscriber.subscriber import Way
from store.disclosures import contents_of, noted
from store.subscribers import Subscriber

LOOKED_AT = 20
"""What has not arrived is among the latest: a topic gets one page after another."""
NOTE = """
    INSERT INTO disclosure (network_id, subscriber_id, way, grant_id, purpose, is_full, first_position, last_position,
                            event_count, event_types, stream_ids, awaits_arrival, request_id)
    SELECT %(network)s, %(subscriber)s, %(way)s, %(grant)s, %(purpose)s, %(full)s, %(first_position)s,
           %(last_position)s, %(event_count)s, %(event_types)s, %(stream_ids)s, true, %(request)s
     WHERE NOT EXISTS (
           SELECT
             FROM (SELECT *
                     FROM disclosure
                    WHERE network_id = %(network)s AND subscriber_id = %(subscriber)s
                    ORDER BY disclosure_id DESC
                    LIMIT %(looked_at)s) AS held
            WHERE awaits_arrival
              AND (way, grant_id, purpose, is_full) = (%(way)s, %(grant)s, %(purpose)s, %(full)s)
              AND first_position <= %(first_position)s
              AND last_position >= %(last_position)s
              AND event_types @> %(event_types)s::text[]
              AND stream_ids @> %(stream_ids)s::uuid[]
              AND request_id IS NOT DISTINCT FROM %(request)s
              AND NOT EXISTS (SELECT FROM disclosure_arrival AS known WHERE known.disclosure_id = held.disclosure_id))
"""
ARRIVED = """
    INSERT INTO disclosure_arrival (disclosure_id, network_id)
    SELECT disclosure_id, network_id
      FROM disclosure
     WHERE awaits_arrival
       AND subscriber_id = %(subscriber)s
       AND last_position BETWEEN %(first)s AND %(last)s
       AND request_id IS NOT DISTINCT FROM %(request)s
        ON CONFLICT DO NOTHING
"""
NOTE_POST = """
    WITH held AS (
        SELECT disclosure_id
          FROM disclosure
         WHERE awaits_arrival
           AND subscriber_id = %(subscriber)s
           AND last_position = %(last_position)s
           AND (way, grant_id, purpose, is_full) = (%(way)s, %(grant)s, %(purpose)s, %(full)s)
           AND request_id IS NOT DISTINCT FROM %(request)s
           AND NOT EXISTS (
               SELECT FROM disclosure_arrival AS known WHERE known.disclosure_id = disclosure.disclosure_id)
         LIMIT 1),
    noted AS (
        INSERT INTO disclosure (network_id, subscriber_id, way, grant_id, purpose, is_full, first_position,
                                last_position, event_count, event_types, stream_ids, awaits_arrival, request_id)
        SELECT %(network)s, %(subscriber)s, %(way)s, %(grant)s, %(purpose)s, %(full)s, %(first_position)s,
               %(last_position)s, %(event_count)s, %(event_types)s, %(stream_ids)s, true, %(request)s
         WHERE NOT EXISTS (SELECT FROM held)
        RETURNING disclosure_id)
    SELECT disclosure_id FROM held
     UNION ALL
    SELECT disclosure_id FROM noted
"""
POST_LEFT = """
    INSERT INTO disclosure_arrival (disclosure_id, network_id)
    SELECT disclosure_id, network_id
      FROM disclosure
     WHERE disclosure_id = %s
        ON CONFLICT DO NOTHING
"""


def note_departure(
    connection: Connection[Any],
    *,
    subscriber: Subscriber,
    way: Way,
    items: Sequence[dict[str, Any]],
    request_id: UUID | None = None,
) -> None:
    """Write down a batch of CloudEvents that is about to leave, unless it stands there as one that has not arrived.

    A part of one that has not arrived, sent again by itself, stands there with it.

    Commit before a byte is sent. ValueError without a grant: then nothing may leave.
    """
    if items:
        about = noted(subscriber, way) | contents_of(items)._asdict() | {"request": request_id, "looked_at": LOOKED_AT}
        connection.execute(NOTE, about, prepare=True)


def note_arrival(
    connection: Connection[Any], subscriber_id: UUID, *, after: int, to: int, request_id: UUID | None = None
) -> None:
    """Every batch whose last event stands behind `after` and not behind `to` has arrived whole.

    For the work role, in the transaction that moves the subscriber's place, or carries its request out.
    """
    stretch = {"subscriber": subscriber_id, "first": after + 1, "last": to, "request": request_id}
    connection.execute(ARRIVED, stretch, prepare=True)


def note_post(
    connection: Connection[Any], subscriber: Subscriber, item: Mapping[str, Any], *, request_id: UUID | None
) -> int:
    """Write down an event that is about to be posted, unless it stands there as one that never left; the row's id.

    Commit before a byte is sent. ValueError without a grant: then nothing may leave.
    """
    about = noted(subscriber, Way.WEBHOOK) | contents_of([item])._asdict() | {"request": request_id}
    ((disclosure_id,),) = connection.execute(NOTE_POST, about, prepare=True).fetchall()
    return int(disclosure_id)


def note_that_it_left(connection: Connection[Any], disclosure_id: int) -> None:
    """Some of a post went out to somebody: from then on it counts as disclosed, whatever they answered, if anything."""
    connection.execute(POST_LEFT, [disclosure_id])
