"""How far a list is behind the log: the strip that stands above it then."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from api import formats
from api.edge import Edge
from api.viewer import Viewer
from projections.engine.read_model import ReadModel
from projections.gone_through import LONGEST_AGO

WORTH_SAYING = timedelta(seconds=5)
FIRST_MISSING = """
    SELECT missing.recorded_at, clock_timestamp() - missing.recorded_at
      FROM read_models.checkpoint AS checkpoint
      LEFT JOIN LATERAL (
          SELECT recorded_at FROM events WHERE position > checkpoint.position ORDER BY position LIMIT 1
      ) AS missing ON true
     WHERE checkpoint.read_model = %(name)s AND checkpoint.version = %(version)s AND NOT checkpoint.is_shadow
"""


class Lag(NamedTuple):
    """`words` say how old the list is, and from when on entries may be missing."""

    words: str


def lag_of(edge: Edge, viewer: Viewer, model: ReadModel) -> Lag | None:
    """None while the read model keeps up with this network's entries; both times are the database's."""
    with edge.datastore.in_network(viewer.network_id) as connection:
        row = connection.execute(FIRST_MISSING, {"name": model.name, "version": model.version}).fetchone()
    if row is None:
        return Lag("This list is being put together. Entries may be missing.")
    since, behind = row
    return None if since is None or behind < WORTH_SAYING else Lag(words(since, behind, viewer.zone))


def lag_since(since: datetime | None, now: datetime, zone: ZoneInfo) -> Lag | None:
    """None while every course was gone through lately; what falls due does so without an entry of anybody."""
    if since is None or now - since < LONGEST_AGO:
        return None
    from_when = formats.list_moment(since, zone, now).removeprefix("today ")
    return Lag(f"Not all courses were gone through since {from_when}. What fell due later may be missing.")


def words(since: datetime, behind: timedelta, zone: ZoneInfo) -> str:
    """`This list is 40 s behind. Entries since 09:41 may be missing.`"""
    from_when = formats.list_moment(since, zone, since + behind).removeprefix("today ")
    return f"This list is {_span(behind)} behind. Entries since {from_when} may be missing."


def _span(behind: timedelta) -> str:
    seconds = int(behind.total_seconds())
    return f"{seconds} s" if seconds < 60 else formats.length(behind)
