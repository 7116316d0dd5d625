"""Caseload: a therapist's episodes, who needs them today and why, the most urgent first."""

from collections.abc import Callable
from enum import StrEnum
from json import dumps
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.episode.due.flags import Severity
from domain.episode.due.phase import PHASES
from projections.cases import count_cases, read_glances
from projections.course import whole_case_table
from projections.engine.read_model import ReadModel
from projections.glance import Glance, Moment, holds_history_only, is_with, urgency_rank, waits_for_another
from projections.patients import patient_table

CASELOAD = ReadModel("caseload", 17, (whole_case_table(), patient_table()), per_episode=True)


class Filter(StrEnum):
    ALL = "all"
    NEEDS_ME = "needs_me"
    FLAGGED = "flagged"
    NOT_IMPROVING = "not_improving"
    NOT_SEEN = "not_seen"
    DISCUSS = "discuss"
    ON_HOLD = "on_hold"
    WAITING = "waiting"
    DISCHARGED = "discharged"


class Sort(StrEnum):
    URGENCY = "urgency"
    PATIENT = "patient"
    """By reference; the page may sort by name once it has opened the names."""
    FLAGS = "flags"
    SCORE = "score"
    PHASE = "phase"
    LAST_SEEN = "last_seen"
    DOSES_LEFT = "doses_left"


class Caseload(NamedTuple):
    """The rows of one filter, and how many rows each filter opens."""

    rows: list[Glance]
    counts: dict[Filter, int]
    holds_history_only: bool = False


MINE = """
    "case".network_id = %(network_id)s
    AND "case".team @> %(me)s::jsonb
    AND EXISTS (
        SELECT FROM json_to_recordset("case".course_team)
            AS member (clinician_id uuid, from_at timestamptz, until_at timestamptz)
         WHERE member.clinician_id = %(clinician_id)s
           AND member.from_at <= %(now)s AND (member.until_at IS NULL OR member.until_at > %(now)s))
"""
"""The index finds whoever was ever on the team; who is on it now depends on the moment."""
OPEN = f'{MINE} AND "case".is_open'
DISCHARGED = f'{MINE} AND NOT "case".is_open'


def caseload(
    connection: Connection[Any],
    *,
    network_id: UUID,
    clinician_id: UUID,
    moment: Moment,
    filter: Filter = Filter.ALL,
    sort: Sort = Sort.URGENCY,
    descending: bool = False,
) -> Caseload:
    """Open episodes of a therapist (or, filtered so, the discharged ones) at a moment."""
    me = dumps([str(clinician_id)])
    parameters = {"network_id": network_id, "clinician_id": clinician_id, "me": me, "now": moment.now}
    mine = read_glances(connection, CASELOAD, OPEN, parameters, moment)
    counts = {name: sum(holds(glance, clinician_id) for glance in mine) for name, holds in HOLDS.items()}
    if filter is Filter.DISCHARGED:
        rows = read_glances(connection, CASELOAD, DISCHARGED, parameters, moment)
        counts[Filter.DISCHARGED] = len(rows)
    else:
        rows = [glance for glance in mine if HOLDS[filter](glance, clinician_id)]
        counts[Filter.DISCHARGED] = count_cases(connection, CASELOAD, DISCHARGED, parameters)
    return Caseload(sorted(rows, key=_key(sort, clinician_id), reverse=descending), counts, holds_history_only(mine))


def needs_me_today(glance: Glance, clinician_id: UUID) -> bool:
    """Something of mine is due by today, or the patient may be in danger."""
    moment = glance.moment
    mine = [o for o in glance.obligations if o.done is None and is_with(o, clinician_id, glance.course, moment.now)]
    return glance.is_unsafe or any((day := o.day(moment.zone)) is not None and day <= moment.today for o in mine)


def _has_flag(*keys: str) -> Callable[[Glance, UUID], bool]:
    return lambda glance, _: any(flag.key in keys for flag in glance.flags)


HOLDS: dict[Filter, Callable[[Glance, UUID], bool]] = {
    Filter.ALL: lambda glance, _: True,
    Filter.NEEDS_ME: needs_me_today,
    Filter.FLAGGED: lambda glance, _: any(flag.severity is Severity.SAFETY for flag in glance.flags),
    Filter.NOT_IMPROVING: _has_flag("not_improving", "worsening"),
    Filter.NOT_SEEN: _has_flag("not_seen"),
    Filter.DISCUSS: _has_flag("discussion"),
    Filter.ON_HOLD: lambda glance, _: bool(glance.holds),
    Filter.WAITING: waits_for_another,
}


def _key(sort: Sort, clinician_id: UUID) -> Callable[[Glance], tuple[Any, ...]]:
    def urgency(glance: Glance) -> tuple[Any, ...]:
        return urgency_rank(glance, clinician_id)

    def by(value: Callable[[Glance], Any]) -> Callable[[Glance], tuple[Any, ...]]:
        return lambda glance: (value(glance), glance.case.reference)

    severities = list(Severity)
    return {
        Sort.URGENCY: urgency,
        Sort.PATIENT: by(lambda glance: glance.case.reference),
        Sort.FLAGS: by(lambda g: (-len(g.flags), severities.index(g.flags[0].severity)) if g.flags else (0, 9)),
        Sort.SCORE: by(lambda glance: -(glance.measure.last.total or 0) if glance.measure else 1),
        Sort.PHASE: by(lambda glance: _phase_place(glance.phase)),
        Sort.LAST_SEEN: by(lambda glance: glance.last_seen.at.timestamp() if glance.last_seen else 0.0),
        Sort.DOSES_LEFT: by(lambda g: -1 if g.doses_authorised is None else g.doses_authorised - g.doses_used),
    }[sort]


def _phase_place(phase: str) -> tuple[int, str]:
    return PHASES.index(phase.partition(" ")[0]), phase
