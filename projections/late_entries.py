"""Late entries: what each person recorded well after it happened, from the lines of the timeline."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.actor import Role
from domain.episode.course.explain_late_entry import LateEntryExplained
from projections.sentences import Category
from projections.timeline_lines import IS_LATE, LINE


class LateEntry(NamedTuple):
    """The first event of what one person recorded at once; what followed from it is not counted again."""

    episode_id: UUID
    version: int
    stored_as: str
    category: Category
    actor_id: UUID
    actor_role: Role
    occurred_at: datetime
    recorded_at: datetime
    sensitivity: str
    is_explained: bool
    """Whether a reason was given with it."""

    @property
    def later_by(self) -> timedelta:
        return self.recorded_at - self.occurred_at

    @property
    def is_correction(self) -> bool:
        """A correction carries the time of what it corrects, so it is late by nature."""
        return self.category is Category.CORRECTIONS


class LateBy(NamedTuple):
    """One person's late entries. Corrections are counted apart, and not measured."""

    actor_id: UUID
    entries: int
    explained: int
    corrections: int
    usually: timedelta | None
    """The median; None where there are corrections only."""
    longest: timedelta | None


QUERY = f"""
    SELECT DISTINCT ON (line.recorded_at, line.episode_id, line.actor_id)
           line.episode_id, line.version, line.stored_as, line.category, line.actor_id, line.actor_role,
           line.occurred_at, line.recorded_at, line.sensitivity,
           EXISTS (
               SELECT
                 FROM {LINE} AS reason
                WHERE reason.episode_id = line.episode_id
                  AND reason.recorded_at = line.recorded_at
                  AND reason.stored_as = %(explained)s) AS is_explained
      FROM {LINE} AS line
     WHERE line.network_id = %(network_id)s
       AND line.recorded_at >= %(since)s
       AND {IS_LATE}
       AND line.actor_role <> %(system)s
       AND line.stored_as <> %(explained)s
     ORDER BY line.recorded_at DESC, line.episode_id, line.actor_id, line.version
"""  # noqa: S608 names of our own


def late_entries(connection: Connection[Any], *, network_id: UUID, since: datetime) -> list[LateEntry]:
    """Everything recorded late since then, the latest recording first. What a machine imports is not late."""
    asked = {
        "network_id": network_id,
        "since": since,
        "system": Role.SYSTEM,
        "explained": LateEntryExplained.stored_as,
    }
    with connection.cursor(binary=True) as cursor:
        cursor.execute(QUERY.encode(), asked)
        return [_read(row) for row in cursor.fetchall()]


def by_person(entries: Iterable[LateEntry]) -> list[LateBy]:
    """One row per person, whoever has most entries first."""
    of: dict[UUID, list[LateEntry]] = {}
    for entry in entries:
        of.setdefault(entry.actor_id, []).append(entry)
    found = [_summed(actor_id, theirs) for actor_id, theirs in of.items()]
    return sorted(found, key=lambda one: (-one.entries, -one.corrections, one.actor_id))


def _summed(actor_id: UUID, theirs: list[LateEntry]) -> LateBy:
    entries = [entry for entry in theirs if not entry.is_correction]
    spans = [entry.later_by for entry in entries]
    return LateBy(
        actor_id=actor_id,
        entries=len(entries),
        explained=sum(entry.is_explained for entry in entries),
        corrections=len(theirs) - len(entries),
        usually=timedelta(seconds=median(span.total_seconds() for span in spans)) if spans else None,
        longest=max(spans, default=None),
    )


def _read(row: tuple[Any, ...]) -> LateEntry:
    entry = LateEntry._make(row)
    return entry._replace(category=Category(entry.category), actor_role=Role(entry.actor_role))
