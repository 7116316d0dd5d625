"""Whether anything reads a large log from end to end: what the server counted, and the plans of what is asked most."""

import time
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from projections.timeline_lines import ORDER_BY, SELECT, Order
from store.reader import PAGE
from tests.bench.pairs import Row, at_most

COUNTED_SECONDS = 12
"""Idle server processes report what they counted after ten seconds."""
LARGE_ROWS = 10_000
SCANNED: LiteralString = """
    SELECT schemaname || '.' || relname, seq_tup_read
      FROM pg_stat_user_tables
     WHERE n_live_tup >= %s
"""


class Scans:
    """Rows of large tables that were read by scanning the whole table, from now on."""

    def __init__(self, superuser_url: str) -> None:
        self._url = superuser_url
        time.sleep(COUNTED_SECONDS)
        self._before = self._read()

    def since(self, operations: int, episode_id: UUID) -> Row:
        """The row of the report: none may be read so."""
        time.sleep(COUNTED_SECONDS)
        now = self._read()
        grown = {table: rows - self._before.get(table, 0) for table, rows in now.items()}
        scanned = {table: rows for table, rows in grown.items() if rows}
        plans = ", ".join(f"{what}: {nodes}" for what, nodes in self._plans(episode_id).items())
        return at_most(
            f"rows read by whole scans of large tables in {operations} operations",
            float(sum(scanned.values())),
            0.0,
            unit="rows",
            note=f"{scanned or 'none'}; plans: {plans}",
        )

    def _read(self) -> dict[str, int]:
        with psycopg.connect(self._url) as connection:
            return dict(connection.execute(SCANNED, [LARGE_ROWS]).fetchall())

    def _plans(self, episode_id: UUID) -> dict[str, str]:
        """How the server would find what commands, pages and projections ask for, inner nodes first."""
        events = "SELECT * FROM events WHERE stream_id = %(episode_id)s AND version > 10 ORDER BY version"
        page = PAGE.replace("%s", "{}").format("%(after)s", "%(after)s + 1000", 1000)
        asked = {
            "a stream": events,
            "the head": "SELECT max(position) FROM events",
            "a page of the log": page,
            "a command": "SELECT 1 FROM events WHERE command_id = %(episode_id)s",
            "a timeline": f"{SELECT} ORDER BY {ORDER_BY[Order.HAPPENED]} LIMIT 50",
        }
        with psycopg.connect(self._url) as connection:
            head = connection.execute("SELECT max(position) FROM events").fetchone()
            values = {"episode_id": episode_id, "after": head[0] - 40 if head else 0}
            return {what: _nodes(connection, query, values) for what, query in asked.items()}


def _nodes(connection: psycopg.Connection[Any], query: str, values: dict[str, Any]) -> str:
    found = connection.execute(f"EXPLAIN (FORMAT JSON) {query}".encode(), values).fetchone()
    return " < ".join(_walk(found[0][0]["Plan"])) if found else ""


def _walk(plan: dict[str, Any]) -> list[str]:
    about = plan.get("Index Name") or plan.get("Relation Name")
    inner = [name for below in plan.get("Plans", ()) for name in _walk(below)]
    return [*inner, plan["Node Type"] + (f" {about}" if about else "")]
