"""A care network of many patients: the demonstration's courses copied under new ids, with what the lists keep of them.

Every fiftieth copy is of the people who sign in; the others are of colleagues whom nobody else works with.
"""

from collections.abc import Iterator, Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql

from deploy.demo.cast import LINDQVIST, NETWORK_ID, RIVERA

LONGEST = {True: 120, False: 30}
"""Events of a course that is copied, open or closed."""
AT_ONCE = 500
OF_ONE_EPISODE: LiteralString = """
    SELECT table_schema, table_name, array_agg(column_name::text ORDER BY ordinal_position)
      FROM information_schema.columns
     WHERE table_schema = 'read_models' OR (table_schema, table_name) = ('public', 'care_team_member')
        OR (table_schema, table_name) = ('public', 'patient_episode')
     GROUP BY table_schema, table_name
    HAVING 'episode_id' = ANY (array_agg(column_name::text)) AND 'network_id' = ANY (array_agg(column_name::text))
"""
COURSES: LiteralString = """
    SELECT episode_id
      FROM read_models.{}
     WHERE network_id = %s AND is_open = %s AND version <= %s
     ORDER BY version, episode_id
"""
COPIED: LiteralString = """
    CREATE TEMPORARY TABLE copied (
        of_id uuid NOT NULL, episode_id uuid NOT NULL, number text NOT NULL,
        therapist_id uuid NOT NULL, prescriber_id uuid NOT NULL)
"""
EVENTS: LiteralString = """
    INSERT INTO events (
        stream_type, stream_id, version, network_id, event_id, topic, schema_version, payload, occurred_at,
        occurred_zone, recorded_at, actor_id, actor_role, command_id, ordinal, correlation_id, causation_id,
        protocol_version, sensitivity, facts)
    SELECT stream_type, episode_id, version, network_id, md5(event_id::text || number)::uuid, topic, schema_version,
           payload, occurred_at, occurred_zone, recorded_at, actor_id, actor_role,
           md5(command_id::text || number)::uuid, ordinal, correlation_id, causation_id, protocol_version,
           sensitivity, facts
      FROM events
      JOIN copied ON of_id = stream_id
     ORDER BY episode_id, version
"""
OPEN_EPISODES: LiteralString = """
    INSERT INTO reservations (network_id, kind, key, stream_id)
    SELECT %s, 'open_episode', episode_id::text, episode_id
      FROM copied
"""
HEAD: LiteralString = "FROM (SELECT max(position) AS at FROM events) AS head"
"""What every read model keeps of the copies is written here: none has to read them."""
REWRITTEN: LiteralString = """
    INSERT INTO {0}
    SELECT whole.*
      FROM {0} AS kept
      JOIN copied ON copied.of_id = kept.episode_id
     CROSS JOIN json_populate_record(
           NULL::{0},
           replace(replace(replace(replace(row_to_json(kept)::text,
               kept.episode_id::text, copied.episode_id::text),
               {1}, copied.therapist_id::text),
               {2}, copied.prescriber_id::text),
               '"KAP-', '"K' || copied.number || '-')::json) AS whole
"""


def grow(superuser_url: str, *, open_episodes: int, closed_episodes: int) -> None:
    """Add episodes to the network until it holds so many, and what every read model keeps of them."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(COPIED)
        _add(connection, open_episodes, is_open=True)
        _add(connection, closed_episodes, is_open=False)
        connection.execute("UPDATE read_models.checkpoint SET position = head.at, head = head.at " + HEAD)
        connection.execute("VACUUM ANALYZE")


def _add(connection: psycopg.Connection[Any], wanted: int, *, is_open: bool) -> None:
    tables = connection.execute(OF_ONE_EPISODE).fetchall()
    caseload = next(name for _, name, columns in tables if name.startswith("caseload") and "is_open" in columns)
    asked = [NETWORK_ID, is_open, LONGEST[is_open]]
    found = connection.execute(sql.SQL(COURSES).format(sql.Identifier(caseload)), asked).fetchall()
    of_ids = [of_id for (of_id,) in found]
    for rows in _copies(of_ids, wanted - len(of_ids), "open" if is_open else "closed"):
        _fill(connection, rows)
        connection.execute(EVENTS)
        if is_open:
            connection.execute(OPEN_EPISODES, [NETWORK_ID])
        for schema, name, _ in tables:
            copy = sql.SQL(REWRITTEN).format(
                sql.Identifier(schema, name), str(LINDQVIST.clinician_id), str(RIVERA.clinician_id)
            )
            connection.execute(copy)


def _copies(of_ids: Sequence[UUID], wanted: int, kind: str) -> Iterator[list[tuple[UUID, str, bool]]]:
    """Each course in turn, some hundreds at once; a course has its every fiftieth copy with the same people."""
    numbers = ((of_ids[place % len(of_ids)], place // len(of_ids) + 1) for place in range(max(wanted, 0)))
    copies = [(of_id, f"{kind[0].upper()}{number}", number % 50 == 0) for of_id, number in numbers]
    for begin in range(0, len(copies), AT_ONCE):
        yield copies[begin : begin + AT_ONCE]


def _fill(connection: psycopg.Connection[Any], rows: Sequence[tuple[UUID, str, bool]]) -> None:
    connection.execute("TRUNCATE copied")
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO copied
            SELECT %(of_id)s, md5(%(of_id)s::text || %(number)s)::uuid, %(number)s,
                   CASE WHEN %(is_same)s THEN %(therapist)s ELSE md5(%(therapist)s::text || %(number)s)::uuid END,
                   CASE WHEN %(is_same)s THEN %(prescriber)s ELSE md5(%(prescriber)s::text || %(number)s)::uuid END
            """,
            [
                {
                    "of_id": of_id,
                    "number": number,
                    "is_same": is_same,
                    "therapist": LINDQVIST.clinician_id,
                    "prescriber": RIVERA.clinician_id,
                }
                for of_id, number, is_same in rows
            ],
        )
