"""Longer logs made of the demonstration's events, copied under new ids: folds and pages see real courses of care."""

from typing import LiteralString
from uuid import UUID, uuid4

import psycopg

from deploy.demo.cast import LINDQVIST

COLUMNS: LiteralString = """
    INSERT INTO events (
        stream_type, stream_id, version, network_id, event_id, topic, schema_version, payload, occurred_at,
        occurred_zone, recorded_at, actor_id, actor_role, command_id, ordinal, correlation_id, causation_id,
        protocol_version, sensitivity, facts)
"""
NETWORKS = """
    SELECT stream_type, md5(stream_id::text || %(copy)s)::uuid, version, md5(network_id::text || %(copy)s)::uuid,
           md5(event_id::text || %(copy)s)::uuid, topic, schema_version, payload, occurred_at, occurred_zone,
           recorded_at, actor_id, actor_role, md5(command_id::text || %(copy)s)::uuid, ordinal, correlation_id,
           causation_id, protocol_version, sensitivity, facts
      FROM events
     WHERE stream_type = 'episode' AND position <= %(until)s
     ORDER BY position
"""
COURSES = """
    SELECT stream_type, md5(%(copy)s || number)::uuid, version, network_id, gen_random_uuid(), topic, schema_version,
           payload, occurred_at, occurred_zone, recorded_at, actor_id, actor_role, gen_random_uuid(), 0,
           correlation_id, causation_id, protocol_version, sensitivity, facts
      FROM events, generate_series(1, %(copies)s) AS number
     WHERE stream_id = %(episode_id)s AND version <= %(length)s
     ORDER BY number, version
    RETURNING stream_id
"""
LONG_ENOUGH = """
    SELECT events.stream_id
      FROM events
      JOIN care_team_member AS member ON member.episode_id = events.stream_id
     WHERE member.clinician_id = %(clinician_id)s AND member.until_at IS NULL
     GROUP BY events.stream_id
    HAVING count(*) >= %(length)s
     ORDER BY count(*), events.stream_id
     LIMIT 1
"""


def fill(superuser_url: str, events: int) -> int:
    """Copy the network of the demonstration, each time as another one, until the log holds so many events."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        until = _one(connection, "SELECT max(position) FROM events")
        while (have := _one(connection, "SELECT count(*) FROM events")) < events:
            connection.execute(COLUMNS + NETWORKS, {"copy": uuid4().hex, "until": until})
        connection.execute("VACUUM ANALYZE events")
    return have


def courses(superuser_url: str, *, length: int, copies: int) -> list[UUID]:
    """The beginning of a therapist's real course, so many events of it, as so many episodes of the same network."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        found = connection.execute(LONG_ENOUGH, {"clinician_id": LINDQVIST.clinician_id, "length": length}).fetchone()
        if found is None:
            raise LookupError(f"no course of the demonstration has {length} events")
        parameters = {"episode_id": found[0], "length": length, "copies": copies, "copy": uuid4().hex}
        made = connection.execute(COLUMNS + COURSES, parameters).fetchall()
        connection.execute("VACUUM ANALYZE events")
    return list(dict.fromkeys(stream_id for (stream_id,) in made))


def _one(connection: psycopg.Connection[tuple[int]], query: LiteralString) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row and row[0] else 0
