"""The read models of one episode as the person who opened it may read them: the only way to them for pages and JSON.

Where something is withheld, lines are told from the history that is read, never from the stored sentences.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection

from api.viewer import OpenedEpisode
from domain.instrument import recorded_with
from domain.stream import change
from projections.outcome_trajectory import Point, Trajectory, outcome_trajectory
from projections.sentences import Category
from projections.timeline_lines import Order, Shown, event_line, things_of, timeline, timeline_counts
from projections.told_again import told_again


def lines_told(
    connection: Connection[Any],
    one: OpenedEpisode,
    *,
    order: Order = Order.HAPPENED,
    category: Category | str | None = None,
    limit: int | None = 20,
    before: int | None = None,
) -> list[Shown]:
    """Lines of the timeline, newest first. `before` is the version of the last line already shown."""
    asked: dict[str, Any] = {"order": order, "category": category, "limit": limit, "before": before}
    if one.as_read is not None:
        return told_again(one.as_read).newest(**asked)
    return timeline(connection, one.episode_id, **asked)


def line_told(connection: Connection[Any], one: OpenedEpisode, version: int) -> Shown | None:
    """One event; None where there is none of that number."""
    if one.as_read is not None:
        return next((line for line in told_again(one.as_read).lines if line.version == version), None)
    return event_line(connection, one.episode_id, version)


def counts_told(connection: Connection[Any], one: OpenedEpisode) -> dict[str, int]:
    """How many lines each filter opens."""
    return timeline_counts(connection, one.episode_id) if one.as_read is None else told_again(one.as_read).counts()


def things_told(connection: Connection[Any], one: OpenedEpisode) -> Mapping[UUID, str]:
    """What sentences call sessions, plans and so on; safe HTML."""
    return things_of(connection, one.episode_id) if one.as_read is None else told_again(one.as_read).things


def outcomes_told(connection: Connection[Any], one: OpenedEpisode) -> tuple[Trajectory | None, tuple[Point, ...]]:
    """The trajectory, and the outcomes that are left out of it: of those nothing is told but when, and by whom."""
    found = outcome_trajectory(connection, one.episode_id)
    if found is None or one.as_read is None:
        return found, ()
    withheld = tuple(point for point in found.points if _is_guarded(point))
    return change(found, points=tuple(point for point in found.points if point not in withheld)), withheld


def _is_guarded(point: Point) -> bool:
    return recorded_with(point.instrument, point.instrument_version).about_substance_use
