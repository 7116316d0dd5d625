"""Coordination: open episodes by phase, who has nobody, what is due across the network. Nothing clinical is kept."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.actor import Role
from domain.days import day_of
from domain.episode.course.done_mark import DoneMark
from domain.episode.due.obligation import Obligation
from domain.episode.due.phase import PHASES
from domain.sealed import Sealed
from projections.course import case_table
from projections.engine.read_model import ReadModel
from projections.glance import SOON, Glance, Moment, holds_history_only
from projections.gone_through import GoneThrough
from projections.patient import Patient, patient_of
from projections.patients import patient_table
from projections.without_clinical_content import without_clinical_content

COORDINATION = ReadModel("coordination", 11, (case_table(without_clinical_content), patient_table()), per_episode=True)

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
    since: datetime | None = None
    """When the first of these courses was gone through: what fell due later in one untouched since may be missing."""

    @property
    def overdue(self) -> list[Due]:
        return [due for due in self.due if due.is_overdue]


class Standing(NamedTuple):
    """What coordination asks of one episode, found once: when something is due does not depend on who looks when."""

    in_phase: InPhase
    unassigned: Unassigned | None
    dated: tuple[Due, ...]
    is_history: bool


def standing_of(glance: Glance) -> Standing:
    """Everything with a day, however far ahead."""
    return Standing(
        in_phase=_in_phase(glance),
        unassigned=_unassigned(glance) if missing_roles(glance) else None,
        dated=tuple(due for obligation in glance.obligations if (due := _due(obligation, glance))),
        is_history=holds_history_only([glance]),
    )


def is_on_today(glance: Glance) -> bool:
    """Whether something may fall due within the hour: a session or visit of today, or a session that is open."""
    course, moment = glance.course, glance.moment
    sessions = [session for session in course.sessions.values() if session.ended_at is None]
    booked = [course.intake_booked_for, course.follow_up_booked_for, *(session.starts_at for session in sessions)]
    is_today = any(at is not None and day_of(at, moment.zone) == moment.today for at in booked)
    return is_today or any(session.is_running for session in sessions)


Standings = GoneThrough[Standing]


def no_standings() -> Standings:
    """For a process that has not gone through any yet."""
    return GoneThrough(COORDINATION, standing_of, is_on_today)


def coordination(
    connection: Connection[Any], *, network_id: UUID, moment: Moment, standings: Standings | None = None
) -> Coordination:
    """What is due or overdue across the network at a moment, and who has nobody."""
    known, since = (standings or no_standings()).of_all(connection, network_id, OPEN, moment)
    found = [_now(standing, stands.name, moment) for stands, standing in known]
    found.sort(key=lambda one: one.in_phase.patient.reference)
    phases: dict[str, list[InPhase]] = {phase: [] for phase in PHASES}
    for one in found:
        phases[one.in_phase.phase.partition(" ")[0]].append(one.in_phase)
    latest = moment.today + SOON
    return Coordination(
        open_episodes=len(found),
        phases={phase: rows for phase, rows in phases.items() if rows or phase not in RARE},
        unassigned=sorted((one.unassigned for one in found if one.unassigned), key=lambda one: one.since),
        due=sorted((due for one in found for due in one.dated if due.due_on <= latest), key=_place),
        holds_history_only=bool(found) and all(one.is_history for one in found),
        since=since,
    )


def _now(standing: Standing, name: Sealed[str] | None, moment: Moment) -> Standing:
    """As it stands at this moment: what was due may be overdue since, and a name may have been corrected."""
    patient = standing.in_phase.patient._replace(name=name)
    dated = [due._replace(patient=patient, is_overdue=_is_overdue(due, moment)) for due in standing.dated]
    next_due = min((due for due in dated if due.done is None), key=_place, default=None)
    return Standing(
        in_phase=standing.in_phase._replace(patient=patient, next_due=next_due),
        unassigned=standing.unassigned and standing.unassigned._replace(patient=patient),
        dated=tuple(dated),
        is_history=standing.is_history,
    )


def _is_overdue(due: Due, moment: Moment) -> bool:
    if due.done is not None:
        return False
    return moment.now > due.due_at if due.due_at is not None else moment.today > due.due_on


RARE = ("Paused", "Discharged", "Imported")
"""Phases shown only where somebody is in them."""


def missing_roles(glance: Glance) -> tuple[Role, ...]:
    """Which of prescriber and therapist nobody has on the care team."""
    if glance.course.is_imported:
        return ()
    wanted = (Role.PRESCRIBER, Role.THERAPIST)
    return tuple(role for role in wanted if not glance.course.members_at(glance.moment.now, role))


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
    return InPhase(
        patient=patient_of(glance),
        phase=glance.phase,
        since=glance.case.phase_since,
        next_due=None,  # which is next depends on the moment
        next_what=in_words(glance.next_step)[0] if glance.next_step else None,
        team=tuple(member.clinician_id for member in glance.course.members_at(now)),
        is_on_hold=bool(glance.holds),
    )


def _unassigned(glance: Glance) -> Unassigned:
    since = glance.course.referred_at or glance.case.phase_since
    return Unassigned(patient_of(glance), since, glance.course.referred_by, missing_roles(glance))


def _place(due: Due) -> tuple[bool, bool, date, str]:
    return due.done is not None, not due.is_overdue, due.due_on, due.patient.reference
