"""Streams whose rows know more than the position of their read model says, as members of a group leave them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection

from projections.engine.lease import Leased

KEY = "read_model = %(read_model)s AND version = %(version)s"


def streams_ahead(connection: Connection[Any], model: Leased, *, of: int) -> Mapping[UUID, int]:
    """Streams that are ahead of a position, each with the position of its last event in the rows."""
    found = connection.execute(
        f"SELECT stream_id, position FROM read_models.stream_ahead WHERE {KEY} AND position > %(of)s".encode(),  # noqa: S608 ours
        {"read_model": model.name, "version": model.version, "of": of},
    )
    return dict(found.fetchall())


def forget_members(connection: Connection[Any], model: Leased) -> None:
    """Drop what members of a group knew of rows that are no more."""
    for table in ("topic_partition", "stream_ahead"):
        connection.execute(
            f"DELETE FROM read_models.{table} WHERE {KEY}".encode(),  # noqa: S608 ours
            {"read_model": model.name, "version": model.version},
        )


def stop_members(connection: Connection[Any], model: Leased) -> None:
    """End the epoch of every member; waits until what they are writing is in or gone."""
    connection.execute(
        f"""
        UPDATE read_models.topic_partition AS known
           SET epoch = epoch + 1
          FROM (SELECT number FROM read_models.topic_partition WHERE {KEY} ORDER BY number FOR UPDATE) AS theirs
         WHERE {KEY} AND known.number = theirs.number
        """.encode(),  # noqa: S608 ours
        {"read_model": model.name, "version": model.version},
    )
