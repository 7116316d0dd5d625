"""Which events of which streams are in the rows of a read model already: so that none is folded twice or left out."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from projections.engine.group.topic import StreamSource, VersionedRow
from projections.engine.lease import Lease

STREAMS_TO_REMEMBER = 50_000


class EventsAreMissing(Exception):
    """The topic skips events of a stream, and the log does not have them either; compare the two before going on."""


class Admitted(NamedTuple):
    """The events to fold, each stream's in order.

    `refilled` of them were not in the topic and come from the log. Before those at the positions `after_a_hole` events
    are missing that the log does not have either: they are not to be folded.
    """

    rows: Sequence[VersionedRow]
    refilled: int
    after_a_hole: frozenset[int]


class Streams:
    """The versions of the streams that one member has met, for one read model.

    A relay delivers at least once, so what is known already is passed over. A topic that lost events, or whose
    records are out of order, leaves a hole in the versions of a stream: the log fills it before anything is folded.
    """

    def __init__(self, connection: Connection[Any], source: StreamSource, lease: Lease) -> None:
        self._connection = connection
        self._source = source
        self._lease = lease
        self._versions: dict[UUID, int] = {}
        self._changed: dict[UUID, VersionedRow] = {}

    def admit(self, delivered: Sequence[VersionedRow]) -> Admitted:
        """What of these events is to be folded, in order, with the holes before them filled."""
        self._learn([row.stream_id for row in delivered])
        rows: list[VersionedRow] = []
        refilled, after_a_hole = 0, set()
        for row in delivered:
            known = self._versions[row.stream_id]
            if row.version <= known:
                continue
            if row.version > known + 1:
                missing = self._missing(row, known)
                if missing is None:
                    after_a_hole.add(row.position)
                    rows.append(row)
                    continue
                refilled += len(missing)
                rows += missing
            rows.append(row)
            self._versions[row.stream_id] = row.version
            self._changed[row.stream_id] = row
        return Admitted(rows, refilled, frozenset(after_a_hole))

    def write(self) -> None:
        """Keep what was admitted; belongs into the transaction that writes the rows."""
        if not self._changed:
            return
        rows = sorted(self._changed.values(), key=lambda row: row.stream_id)
        self._connection.execute(
            """
            INSERT INTO read_models.stream_ahead AS known (read_model, version, stream_id, stream_version, position)
            SELECT %(read_model)s, %(version)s, * FROM unnest(%(ids)s::uuid[], %(versions)s::integer[], %(positions)s::bigint[])
            ON CONFLICT (read_model, version, stream_id) DO UPDATE
               SET stream_version = excluded.stream_version, position = excluded.position
            """,  # noqa: E501
            {
                "read_model": self._lease.read_model,
                "version": self._lease.version,
                "ids": [row.stream_id for row in rows],
                "versions": [row.version for row in rows],
                "positions": [row.position for row in rows],
            },
        )

    @property
    def has_changed(self) -> bool:
        """Whether something was admitted that is not written yet."""
        return bool(self._changed)

    def written(self) -> None:
        """What was admitted is in the database now."""
        self._changed.clear()
        if len(self._versions) > STREAMS_TO_REMEMBER:
            self._versions.clear()

    def _missing(self, row: VersionedRow, known: int) -> Sequence[VersionedRow] | None:
        found = self._source.rows_of_versions(row.stream_id, known, row.version)
        return found if [one.version for one in found] == list(range(known + 1, row.version)) else None

    def _learn(self, streams: Collection[UUID]) -> None:
        """Find out about streams not met yet: from what was kept of them, and from how far the read model came.

        Both are asked for in one statement: what is dropped of a stream was reached by the read model before.
        """
        new = [stream_id for stream_id in dict.fromkeys(streams) if stream_id not in self._versions]
        if not new:
            return
        found = self._connection.execute(
            """
            SELECT met.stream_id, coalesce(ahead.stream_version, 0), checkpoint.position
              FROM read_models.checkpoint AS checkpoint
             CROSS JOIN unnest(%(ids)s::uuid[]) AS met (stream_id)
              LEFT JOIN read_models.stream_ahead AS ahead
                   ON ahead.read_model = checkpoint.read_model
                      AND ahead.version = checkpoint.version
                      AND ahead.stream_id = met.stream_id
             WHERE checkpoint.read_model = %(read_model)s
               AND checkpoint.version = %(version)s
               AND NOT checkpoint.is_shadow
            """,
            {"read_model": self._lease.read_model, "version": self._lease.version, "ids": new},
        ).fetchall()
        at_position = self._source.versions_at(new, found[0][2]) if found else {}
        for stream_id, ahead, _ in found:
            self._versions[stream_id] = max(ahead, at_position.get(stream_id, 0))
