"""Overrides of a network: who passed over which rule, who signed with them, and who on the team has read it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.episode.alert.acknowledge_alert import AlertAcknowledged
from domain.episode.alert.alert import AlertKind, id_of
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.safety.confirm_override import OverrideConfirmed
from domain.episode.safety.grant_override import OverrideGranted
from domain.event import Envelope
from domain.stream import change
from projections.engine.query import read_rows
from projections.engine.read_model import ReadModel
from projections.engine.table import Table


@dataclass(frozen=True)
class OverrideLine:
    """One override. One marked in error stays, and says so; it is not counted."""

    override_id: UUID
    entry_id: UUID
    version: int
    rule: str
    gate: str | None
    session_id: UUID
    granted_by: UUID
    granted_at: datetime
    expires_at: datetime
    waits_for_second: bool
    second_id: UUID | None
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = None
    read_by: UUID | None = None
    read_at: datetime | None = None
    is_in_error: bool = False


@dataclass(frozen=True)
class OverridesOfEpisode:
    """The overrides of one episode, in the order in which they were granted; no row where there are none."""

    episode_id: UUID
    network_id: UUID
    lines: tuple[OverrideLine, ...]


lines: Table[OverridesOfEpisode] = Table("overrides", OverridesOfEpisode, key=("episode_id",))
OVERRIDES = ReadModel("overrides", 2, (lines,), per_episode=True)


class Listed(NamedTuple):
    """One override and the episode it is of."""

    episode_id: UUID
    line: OverrideLine


class Counted(NamedTuple):
    """How often one person passed over one rule."""

    granted_by: UUID
    rule: str
    times: int


@lines.on(OverrideGranted)
def _(event: OverrideGranted, envelope: Envelope, row: OverridesOfEpisode | None) -> OverridesOfEpisode:
    line = OverrideLine(
        override_id=event.override_id,
        entry_id=envelope.event_id,
        version=envelope.version,
        rule=event.rule,
        gate=event.gate,
        session_id=event.session_id,
        granted_by=envelope.actor_id,
        granted_at=envelope.occurred_at,
        expires_at=event.expires_at,
        waits_for_second=event.waits_for_second,
        second_id=event.second_prescriber_id,
    )
    known = row.lines if row else ()
    return OverridesOfEpisode(envelope.stream_id, envelope.network_id, (*known, line))


@lines.on(OverrideConfirmed)
def _(event: OverrideConfirmed, envelope: Envelope, row: OverridesOfEpisode | None) -> OverridesOfEpisode | None:
    signed = {"confirmed_by": envelope.actor_id, "confirmed_at": envelope.occurred_at}
    return row and _with(row, lambda line: line.override_id == event.override_id, **signed)


@lines.on(AlertAcknowledged)
def _(event: AlertAcknowledged, envelope: Envelope, row: OverridesOfEpisode | None) -> OverridesOfEpisode | None:
    read = {"read_by": envelope.actor_id, "read_at": envelope.occurred_at}
    return row and _with(row, lambda line: id_of(AlertKind.OVERRIDE_UNREAD, line.override_id) == event.alert_id, **read)


@lines.on(EntryMarkedInError)
def _(event: EntryMarkedInError, envelope: Envelope, row: OverridesOfEpisode | None) -> OverridesOfEpisode | None:
    return row and _with(row, lambda line: line.entry_id == event.entry_id, is_in_error=True)


def _with(row: OverridesOfEpisode, is_meant: Any, **fields: Any) -> OverridesOfEpisode:
    if not any(is_meant(line) for line in row.lines):
        return row
    return change(row, lines=tuple(change(line, **fields) if is_meant(line) else line for line in row.lines))


def overrides(connection: Connection[Any], *, network_id: UUID, since: datetime) -> list[Listed]:
    """Every override granted since then, the latest first."""
    rows = read_rows(connection, OVERRIDES, lines, "network_id = %(network_id)s", {"network_id": network_id})
    found = [Listed(row.episode_id, line) for row in rows for line in row.lines if line.granted_at >= since]
    return sorted(found, key=lambda one: one.line.granted_at, reverse=True)


def counted(found: Iterable[Listed]) -> Sequence[Counted]:
    """Per clinician and rule, the most frequent first. What was marked in error counts nowhere."""
    counts = Counter((one.line.granted_by, one.line.rule) for one in found if not one.line.is_in_error)
    rows = [Counted(granted_by, rule, count) for (granted_by, rule), count in counts.items()]
    return sorted(rows, key=lambda row: (-row.times, str(row.granted_by), row.rule))
