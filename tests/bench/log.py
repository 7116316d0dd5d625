"""A long log made of the demonstration's events, copied under new ids: the folds see real courses of care."""

import psycopg

COPY = """
    INSERT INTO events (
        stream_type, stream_id, version, network_id, event_id, topic, schema_version, payload, occurred_at,
        occurred_zone, recorded_at, actor_id, actor_role, command_id, ordinal, correlation_id, causation_id,
        protocol_version, sensitivity, facts)
    SELECT stream_type, md5(stream_id::text || %(copy)s)::uuid, version, network_id,
           md5(event_id::text || %(copy)s)::uuid, topic, schema_version, payload, occurred_at, occurred_zone,
           recorded_at, actor_id, actor_role, md5(command_id::text || %(copy)s)::uuid, ordinal, correlation_id,
           causation_id, protocol_version, sensitivity, facts
      FROM events
     WHERE stream_type = 'episode' AND position <= %(until)s
     ORDER BY position
"""


def fill(superuser_url: str, events: int) -> int:
    """Copy the log until it holds at least so many events; how many there are then."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        until = _one(connection, "SELECT max(position) FROM events")
        copy = _one(connection, "SELECT count(DISTINCT md5(stream_id::text)) FROM events")
        while (have := _one(connection, "SELECT count(*) FROM events")) < events:
            copy += 1
            connection.execute(COPY, {"copy": f" copy {copy}", "until": until})
        connection.execute("ANALYZE events")
    return have


def _one(connection: psycopg.Connection[tuple[int]], query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    return int(row[0]) if row and row[0] else 0
