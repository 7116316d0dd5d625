"""Prescriber worklist: which decisions wait for me, who doses today under my plans, what was ordered and taken."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from json import dumps
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.days import day_of
from domain.episode.gates.doses import any_dosed, dosed_sessions
from domain.episode.session.session import Session, SessionKind, SessionStatus
from projections.cases import read_glances
from projections.course import whole_case_table
from projections.engine.query import read_rows
from projections.engine.read_model import ReadModel
from projections.glance import Glance, Moment, holds_history_only
from projections.held_vitals import HeldVitals, held_vitals_table
from projections.patients import patient_table
from projections.worklist_decisions import decisions_waiting, from_the_pool
from projections.worklist_groups import Group, Waiting

HELD_VITALS = held_vitals_table()
PRESCRIBER_WORKLIST = ReadModel(
    "prescriber_worklist", 17, (whole_case_table(), patient_table(), HELD_VITALS), per_episode=True
)

MINE_OR_NOBODYS = """
    "case".network_id = %(network_id)s
    AND ("case".is_open OR "case".owes_review)
    AND ("case".team @> %(me)s::jsonb OR "case".prescriber_until IS NULL OR "case".prescriber_until <= %(now)s)
"""


class DosesToday(NamedTuple):
    """A dosing session of today under a plan of mine."""

    glance: Glance
    session: Session
    ordered_mg: Decimal | None
    taken_mg: Decimal


class OrderedAndTaken(NamedTuple):
    """A dosed session: what the plan ordered, what was taken."""

    session: Session
    ordered_mg: Decimal | None
    taken_mg: Decimal

    @property
    def is_more(self) -> bool:
        return self.ordered_mg is not None and self.taken_mg > self.ordered_mg


class Supply(NamedTuple):
    """Medicine of one episode: prescribed by recorded references, ordered and taken in sessions."""

    glance: Glance
    prescribed_mg: Decimal
    taken_mg: Decimal
    sessions: tuple[OrderedAndTaken, ...]


class Worklist(NamedTuple):
    """Decisions in the order of the page, and how many each group holds; then today's doses and the supply."""

    waiting: list[Waiting]
    counts: dict[Group, int]
    oldest_since: datetime | None
    today: list[DosesToday]
    supply: list[Supply]
    mine: list[Glance]
    """Episodes of which this person is the prescriber responsible."""
    holds_history_only: bool = False


def worklist(
    connection: Connection[Any], *, network_id: UUID, clinician_id: UUID, moment: Moment, group: Group | None = None
) -> Worklist:
    """Everything that waits for a prescriber at a moment; `group` narrows the decisions, never the counts."""
    parameters = {"network_id": network_id, "me": dumps([str(clinician_id)]), "now": moment.now}
    glances = read_glances(connection, PRESCRIBER_WORKLIST, MINE_OR_NOBODYS, parameters, moment)
    vitals = _vitals(connection, [glance.case.episode_id for glance in glances if glance.holds])
    waiting = sorted(_all_waiting(glances, clinician_id, vitals), key=_place)
    mine = [glance for glance in glances if _is_mine(glance, clinician_id)]
    return Worklist(
        waiting=[one for one in waiting if group in (None, one.group)],
        counts={name: sum(one.group is name for one in waiting) for name in Group},
        oldest_since=min((one.waiting_from for one in waiting if one.done is None), default=None),
        today=sorted(_today(mine, moment), key=lambda one: one.session.starts_at),
        supply=[supply_of(glance) for glance in mine if any_dosed(glance.course)],
        mine=mine,
        holds_history_only=holds_history_only(glances),
    )


def supply_of(glance: Glance) -> Supply:
    """Ordered against taken, session by session."""
    course = glance.course
    prescribed = sum((p.strength_mg * p.quantity for p in course.prescriptions.values()), Decimal(0))
    sessions = tuple(OrderedAndTaken(s, s.cleared_mg or s.planned_mg, s.total_mg) for s in dosed_sessions(course))
    return Supply(glance, prescribed, sum((one.taken_mg for one in sessions), Decimal(0)), sessions)


def _all_waiting(glances: Iterable[Glance], clinician_id: UUID, vitals: dict[UUID, HeldVitals]) -> Iterable[Waiting]:
    for glance in glances:
        yield from decisions_waiting(glance, clinician_id, vitals.get(glance.case.episode_id))
        if _is_in_the_pool(glance):
            yield from_the_pool(glance)


def _is_in_the_pool(glance: Glance) -> bool:
    until = glance.case.prescriber_until
    nobody = until is None or until <= glance.moment.now
    return nobody and glance.case.is_open and not glance.course.is_imported


def _is_mine(glance: Glance, clinician_id: UUID) -> bool:
    return glance.course.prescriber_at(glance.moment.now) == clinician_id


def _place(one: Waiting) -> tuple[int, datetime, str]:
    return list(Group).index(one.group), one.waiting_from, one.glance.case.reference


def _today(glances: Iterable[Glance], moment: Moment) -> Iterable[DosesToday]:
    for glance in glances:
        for session in glance.course.sessions.values():
            is_on = session.status not in (SessionStatus.CANCELLED, SessionStatus.MISSED)
            if session.kind is SessionKind.DOSING and is_on and day_of(session.starts_at, moment.zone) == moment.today:
                plan = glance.course.plan
                ordered = session.planned_mg or (plan.terms.next_dose_mg if plan else None)
                yield DosesToday(glance, session, ordered, session.total_mg)


def _vitals(connection: Connection[Any], episodes: list[UUID]) -> dict[UUID, HeldVitals]:
    if not episodes:
        return {}
    rows = read_rows(
        connection, PRESCRIBER_WORKLIST, HELD_VITALS, "episode_id = ANY(%(episodes)s)", {"episodes": episodes}
    )
    return {row.episode_id: row for row in rows}
