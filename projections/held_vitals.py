"""The vitals taken before the latest dose of an episode: what a prescriber weighs when dosing was held."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.episode.dosing.correct_vitals import VitalsCorrected
from domain.episode.dosing.record_vitals import VitalsRecorded
from domain.episode.session.session import VitalsPhase
from domain.event import Envelope
from domain.stream import change
from projections.engine.table import Table


class Taken(NamedTuple):
    vitals_id: UUID
    taken_at: datetime
    systolic_mmhg: int
    diastolic_mmhg: int | None


@dataclass(frozen=True)
class HeldVitals:
    """Sets before the dose of one session, in the order they were recorded."""

    episode_id: UUID
    network_id: UUID
    session_id: UUID
    taken: tuple[Taken, ...]


def held_vitals_table() -> Table[HeldVitals]:
    """One row per episode, of the session that was measured last."""
    table: Table[HeldVitals] = Table("held_vitals", HeldVitals, key=("episode_id",))
    table.on(VitalsRecorded)(_recorded)
    table.on(VitalsCorrected)(_corrected)
    return table


def in_numbers(vitals: HeldVitals) -> str:
    """168/96, rechecked 164/94."""
    first, *more = (_pressure(one) for one in sorted(vitals.taken, key=lambda one: one.taken_at))
    return ", rechecked ".join([first, *more[-1:]])


def _recorded(event: VitalsRecorded, envelope: Envelope, row: HeldVitals | None) -> HeldVitals | None:
    if event.phase is not VitalsPhase.BEFORE:
        return row
    one = Taken(event.vitals_id, event.taken_at, event.systolic_mmhg, event.diastolic_mmhg)
    before = row.taken if row and row.session_id == event.session_id else ()
    return HeldVitals(envelope.stream_id, envelope.network_id, event.session_id, (*before, one))


def _corrected(event: VitalsCorrected, envelope: Envelope, row: HeldVitals | None) -> HeldVitals | None:
    now = Taken(event.vitals_id, event.taken_at, event.systolic_mmhg, event.diastolic_mmhg)
    return row and change(row, taken=tuple(now if one.vitals_id == event.vitals_id else one for one in row.taken))


def _pressure(one: Taken) -> str:
    return f"{one.systolic_mmhg}/{one.diastolic_mmhg}" if one.diastolic_mmhg is not None else f"{one.systolic_mmhg}"
