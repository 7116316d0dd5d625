"""Coordination: open episodes by phase, who has nobody, what is due across the network. Nothing clinical is kept."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.actor import Role
from domain.episode.course.done_mark import DoneMark
from domain.episode.due.obligation import Obligation
from domain.episode.due.phase import PHASES
from projections.cases import read_glances
from projections.course import case_table
from projections.engine.read_model import ReadModel
from projections.glance import SOON, Glance, Moment, holds_history_only
from projections.patient import Patient, patient_of
from projections.patients import patient_table
from projections.without_clinical_content import without_clinical_content

COORDINATION = ReadModel("coordination", 10, (case_table(without_clinical_content), patient_table()), per_episode=True)

OPEN = """"case".network_id = %(network_id)s AND "case".is_open"""
WAITS_FOR_PRESCRIBER = "Waiting for a prescriber's review"
WAITS_FOR_THERAPIST = "Waiting for the therapist"
FOR_PRESCRIBERS_ONLY = frozenset(
    {"review_safety", "release_hold", "review_adverse_event", "review_deviation", "review_medicines"}
)
"""Decisions whose reasons are clinical: coordination sees that they wait, not why."""


class Due(NamedTuple):
    """Something due, overdue or soon. `with_id` None: nobody in particular in that role."""

    patient: Patient
    key: str
    what: str
    why: str
    with_role: Role
    with_id: UUID | None
    due_on: date
    due_at: datetime | None
    is_overdue: bool
    decision: str | None
    blocks_dosing: bool
    done: DoneMark | None = None


class Unassigned(NamedTuple):
    """An open episode without a prescriber or without a therapist."""

    patient: Patient
    since: datetime
    referred_by: UUID | None
    missing: tuple[Role, ...]


class InPhase(NamedTuple):
    """An open episode in the list of its phase."""

    patient: Patient
    phase: str
    since: datetime
    next_due: Due | None
    next_what: str | None
    team: tuple[UUID, ...]
    is_on_hold: bool


class Coordination(NamedTuple):
    """All lists are made of the same open episodes: phase counts add up to them."""

    open_episodes: int
    phases: dict[str, list[InPhase]]
    unassigned: list[Unassigned]
    due: list[Due]
    """Overdue, longest first, then due within seven days."""
    holds_history_only: bool = False

    @property
    def overdue(self) -> list[Due]:
        return [due for due in self.due if due.is_overdue]


def coordination(connection: Connection[Any], *, network_id: UUID, moment: Moment) -> Coordination:
    """What is due or overdue across the network at a moment, and who has nobody."""
    glances = read_glances(connection, COORDINATION, OPEN, {"network_id": network_id}, moment)
    glances.sort(key=lambda glance: glance.case.reference)
    phases: dict[str, list[InPhase]] = {phase: [] for phase in PHASES}
    for glance in glances:
        phases[phase_of(glance)].append(_in_phase(glance))
    unassigned = [_unassigned(glance) for glance in glances if missing_roles(glance)]
    return Coordination(
        open_episodes=len(glances),
        phases={phase: rows for phase, rows in phases.items() if rows or phase not in RARE},
        unassigned=sorted(unassigned, key=lambda one: one.since),
        due=sorted((due for glance in glances for due in dues(glance)), key=_place),
        holds_history_only=holds_history_only(glances),
    )


RARE = ("Paused", "Discharged", "Imported")
"""Phases shown only where somebody is in them."""


def phase_of(glance: Glance) -> str:
    """The phase in one word."""
    return glance.phase.partition(" ")[0]


def missing_roles(glance: Glance) -> tuple[Role, ...]:
    """Which of prescriber and therapist nobody has on the care team."""
    if glance.course.is_imported:
        return ()
    wanted = (Role.PRESCRIBER, Role.THERAPIST)
    return tuple(role for role in wanted if not glance.course.members_at(glance.moment.now, role))


def dues(glance: Glance) -> list[Due]:
    """What is overdue or due within seven days in one episode."""
    latest = glance.moment.today + SOON
    return [due for obligation in glance.obligations if (due := _due(obligation, glance)) and due.due_on <= latest]


def _due(obligation: Obligation, glance: Glance) -> Due | None:
    day = obligation.day(glance.moment.zone)
    if day is None:
        return None
    what, why = in_words(obligation)
    return Due(
        patient=patient_of(glance),
        key=obligation.key,
        what=what,
        why=why,
        with_role=obligation.with_role,
        with_id=obligation.with_id,
        due_on=day,
        due_at=obligation.due_at,
        is_overdue=obligation.is_overdue(glance.moment.now, glance.moment.zone),
        decision=obligation.decision,
        blocks_dosing=obligation.blocks_dosing,
        done=obligation.done,
    )


def in_words(obligation: Obligation) -> tuple[str, str]:
    """What and why, without what only clinicians may know."""
    if obligation.decision in FOR_PRESCRIBERS_ONLY or obligation.is_safety:
        return WAITS_FOR_THERAPIST if obligation.with_role is Role.THERAPIST else WAITS_FOR_PRESCRIBER, ""
    return obligation.what, obligation.why


def _in_phase(glance: Glance) -> InPhase:
    now = glance.moment.now
    dated = sorted((due for o in glance.obligations if o.done is None and (due := _due(o, glance))), key=_place)
    return InPhase(
        patient=patient_of(glance),
        phase=glance.phase,
        since=glance.case.phase_since,
        next_due=dated[0] if dated else None,
        next_what=in_words(glance.next_step)[0] if glance.next_step else None,
        team=tuple(member.clinician_id for member in glance.course.members_at(now)),
        is_on_hold=bool(glance.holds),
    )


def _unassigned(glance: Glance) -> Unassigned:
    since = glance.course.referred_at or glance.case.phase_since
    return Unassigned(patient_of(glance), since, glance.course.referred_by, missing_roles(glance))


def _place(due: Due) -> tuple[bool, bool, date, str]:
    return due.done is not None, not due.is_overdue, due.due_on, due.patient.reference
