"""How far each read model and policy came, as readiness, `info` and read-your-writes ask."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection

from projections.engine.lease import Leased


class Position(NamedTuple):
    """Where a read model stands. `heartbeat_at` is None for one that nobody has filled yet."""

    name: str
    version: int
    position: int
    head: int
    lag: int
    heartbeat_at: datetime | None
    seconds_since_heartbeat: float | None

    def is_near(self, *, events: int = 500, seconds: float = 10) -> bool:
        """Whether a page may be read from it: close to the head, and somebody is keeping it there."""
        return (
            self.seconds_since_heartbeat is not None and self.lag <= events and self.seconds_since_heartbeat <= seconds
        )


def positions(connection: Connection[Any], models: Iterable[Leased]) -> list[Position]:
    """One position for each of these, in their order."""
    rows = connection.execute(
        """
        SELECT read_model, version, position, max(head) OVER () AS head, heartbeat_at,
               extract(epoch FROM clock_timestamp() - heartbeat_at)::float8
          FROM read_models.checkpoint
         WHERE NOT is_shadow
        """
    ).fetchall()
    found = {(name, version): rest for name, version, *rest in rows}
    head = rows[0][3] if rows else 0
    return [_position(model, found.get((model.name, model.version)), head) for model in models]


def _position(model: Leased, found: list[Any] | None, head: int) -> Position:
    if found is None:
        return Position(model.name, model.version, 0, head, head, None, None)
    position, _, heartbeat_at, seconds = found
    return Position(model.name, model.version, position, head, max(0, head - position), heartbeat_at, seconds)
