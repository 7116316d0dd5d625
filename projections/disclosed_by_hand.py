"""What was disclosed by hand in a network: to whom, what, on which ground, and without which consent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.episode.consent.consents import ConsentType
from domain.episode.course.mark_in_error import EntryMarkedInError
from domain.episode.disclosure.disclosure import DisclosureGround, Recipient, RecordPart
from domain.episode.disclosure.record_disclosure import RecordDisclosed
from domain.event import Envelope
from domain.stream import change
from projections.engine.query import read_rows
from projections.engine.read_model import ReadModel
from projections.engine.table import Table


@dataclass(frozen=True)
class DisclosedLine:
    """One disclosure. One marked in error stays, and says so."""

    entry_id: UUID
    version: int
    at: datetime
    recorded_by: UUID
    kind: Recipient
    parts: tuple[RecordPart, ...]
    with_substance_use: bool
    ground: DisclosureGround
    consent_missing: ConsentType | None
    is_in_error: bool = False


@dataclass(frozen=True)
class DisclosedOfEpisode:
    """The disclosures of one episode, in the order in which they were recorded; no row where there are none."""

    episode_id: UUID
    network_id: UUID
    lines: tuple[DisclosedLine, ...]


lines: Table[DisclosedOfEpisode] = Table("disclosed_by_hand", DisclosedOfEpisode, key=("episode_id",))
DISCLOSED_BY_HAND = ReadModel("disclosed_by_hand", 1, (lines,), per_episode=True)


class Listed(NamedTuple):
    """One disclosure and the episode it is of."""

    episode_id: UUID
    line: DisclosedLine


@lines.on(RecordDisclosed)
def _(event: RecordDisclosed, envelope: Envelope, row: DisclosedOfEpisode | None) -> DisclosedOfEpisode:
    line = DisclosedLine(
        entry_id=envelope.event_id,
        version=envelope.version,
        at=event.at,
        recorded_by=envelope.actor_id,
        kind=event.kind,
        parts=event.parts,
        with_substance_use=event.with_substance_use,
        ground=event.ground,
        consent_missing=event.consent_missing,
    )
    return DisclosedOfEpisode(envelope.stream_id, envelope.network_id, (*(row.lines if row else ()), line))


@lines.on(EntryMarkedInError)
def _(event: EntryMarkedInError, envelope: Envelope, row: DisclosedOfEpisode | None) -> DisclosedOfEpisode | None:
    if row is None or all(line.entry_id != event.entry_id for line in row.lines):
        return row
    marked = (change(line, is_in_error=True) if line.entry_id == event.entry_id else line for line in row.lines)
    return change(row, lines=tuple(marked))


def disclosed_by_hand(
    connection: Connection[Any],
    *,
    network_id: UUID,
    episode_ids: Collection[UUID] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Listed]:
    """Every disclosure by hand that left in that time, of these episodes or all, the latest first."""
    asked = {"network_id": network_id, "episode_ids": None if episode_ids is None else list(episode_ids)}
    where = "network_id = %(network_id)s AND (%(episode_ids)s::uuid[] IS NULL OR episode_id = ANY (%(episode_ids)s))"
    rows = read_rows(connection, DISCLOSED_BY_HAND, lines, where, asked)
    found = [Listed(row.episode_id, line) for row in rows for line in row.lines]
    within = [
        one for one in found if (since is None or one.line.at >= since) and (until is None or one.line.at < until)
    ]
    return sorted(within, key=lambda one: one.line.at, reverse=True)
