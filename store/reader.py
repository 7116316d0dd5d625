"""Reads the log in the order of its positions and never passes an event that appears later (see `gaps`)."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.event import Recorded
from store.datastore import Datastore
from store.gaps import Gaps
from store.row import COLUMNS, Row, decode, rows

PATIENCE_SECONDS = 1.0
PAGE = f"SELECT {COLUMNS} FROM events WHERE position > %s AND position <= %s ORDER BY position LIMIT %s"  # noqa: S608 own columns
PAGE_OF = PAGE.replace(" ORDER", " AND topic = ANY(%s) ORDER")
PAGE_IN = PAGE.replace(" ORDER BY position", " AND stream_id = %s ORDER BY version")  # same order, by its index
PAGE_OF_IN = PAGE_IN.replace(" ORDER", " AND topic = ANY(%s) ORDER")
PICKED = f"SELECT {COLUMNS} FROM events WHERE stream_id = %s AND position = ANY(%s) ORDER BY position"  # noqa: S608 own columns
PICKED_ANYWHERE = f"SELECT {COLUMNS} FROM events WHERE position = ANY(%s) ORDER BY position"  # noqa: S608 own columns
BETWEEN = f"SELECT {COLUMNS} FROM events WHERE stream_id = %s AND version > %s AND version < %s ORDER BY version"  # noqa: S608 own columns
VERSIONS_AT = """
SELECT met.stream_id, reached.version
  FROM unnest(%s::uuid[]) AS met (stream_id)
 CROSS JOIN LATERAL (
       SELECT version FROM events
        WHERE events.stream_id = met.stream_id AND events.position <= %s
        ORDER BY version DESC LIMIT 1) AS reached
"""
END = 2**63 - 1


class Page(NamedTuple):
    """Rows, and how far a reader may move its own mark: beyond the last row where only some kinds were asked for."""

    rows: list[Row]
    position: int


class Reader:
    """Pages of the log, on the primary. Give the network for a role that sees only one; threads share a reader."""

    def __init__(
        self, datastore: Datastore, *, network_id: UUID | None = None, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        """A page waits at most `patience_seconds` for writers, then ends before the first hole they may fill."""
        self.gaps = Gaps(datastore, network_id)
        self._patience = patience_seconds

    def read(self, after: int, limit: int) -> list[Recorded]:
        """The events that follow a position."""
        return [decode(row) for row in self.rows(after, limit)]

    def rows(self, after: int, limit: int) -> list[Row]:
        """The same, as stored."""
        return self.page(after, limit).rows

    def page(
        self, after: int, limit: int, stored_as: Sequence[str] | None = None, *, stream_id: UUID | None = None
    ) -> Page:
        """Rows that follow a position, of some kinds or one stream only if these are named, and where to go on from."""
        settled = self.gaps.settled  # as it was before we looked: another thread may raise it meanwhile
        found = self._select(after, END, limit, stored_as, stream_id)
        is_of_all = stored_as is None and stream_id is None
        if is_of_all and _has_no_hole(found, after):
            return Page(found, found[-1].position if found else after)
        upto = found[-1].position if len(found) == limit else max(self.head(), found[-1].position if found else after)
        if upto > self.gaps.settled and not self.gaps.settle(self._patience):
            reach = _reach(found, max(after, settled), with_all_kinds=is_of_all)
            safe = [row for row in found if row.position <= reach]
            return Page(safe, safe[-1].position if safe else after)
        found = self._select(after, upto, limit, stored_as, stream_id)
        return Page(found, found[-1].position if len(found) == limit else max(upto, after))

    def head(self) -> int:
        """The last position that can be seen now; 0 for an empty log."""
        return self.gaps.head()

    def networks_after(self, position: int) -> set[UUID]:
        """The networks of which events can be seen after a position; for a role that sees them all."""
        query = "SELECT DISTINCT network_id FROM events WHERE position > %s"
        found = self.gaps.query(lambda connection: connection.execute(query, [position]).fetchall())
        return {network_id for (network_id,) in found}

    def rows_of(self, stream_id: UUID, positions: Collection[int]) -> list[Row]:
        """Certain events of one stream, in order."""
        return self._rows(PICKED, [stream_id, list(positions)])

    def rows_of_versions(self, stream_id: UUID, after: int, before: int) -> list[Row]:
        """The events of one stream between two versions, neither included, in order."""
        return self._rows(BETWEEN, [stream_id, after, before])

    def versions_at(self, stream_ids: Sequence[UUID], position: int) -> dict[UUID, int]:
        """The version each of these streams had at a position of the log; none for one that had not begun."""
        asked = [list(stream_ids), position]
        return dict(self.gaps.query(lambda connection: connection.execute(VERSIONS_AT, asked).fetchall()))

    def rows_at(self, positions: Collection[int]) -> list[Row]:
        """Certain events of any stream, in order."""
        return self._rows(PICKED_ANYWHERE, [list(positions)]) if positions else []

    def _select(
        self, after: int, upto: int, limit: int, stored_as: Sequence[str] | None, stream_id: UUID | None
    ) -> list[Row]:
        kinds = [] if stored_as is None else [list(stored_as)]
        if stream_id is None:
            return self._rows(PAGE_OF if kinds else PAGE, [after, upto, *kinds, limit])
        return self._rows(PAGE_OF_IN if kinds else PAGE_IN, [after, upto, stream_id, *kinds, limit])

    def _rows(self, query: str, parameters: list[Any]) -> list[Row]:
        def ask(connection: Connection[Any]) -> list[Row]:
            cursor = connection.cursor(binary=True, row_factory=rows)
            return cursor.execute(query.encode(), parameters, prepare=True).fetchall()

        found: list[Row] = self.gaps.query(ask)
        return found


def _reach(found: list[Row], settled: int, *, with_all_kinds: bool) -> int:
    """How far rows reach without a hole that may still be filled."""
    for row in found if with_all_kinds else ():
        if row.position > settled + 1:
            break
        settled = max(settled, row.position)
    return settled


def _has_no_hole(found: list[Row], after: int) -> bool:
    return not found or found[-1].position - after == len(found)
