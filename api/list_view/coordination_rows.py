"""The rows of coordination: who has nobody, what is overdue or due soon, who is in a phase; nothing clinical."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from api import formats
from api.list_view.look import Look
from api.list_view.next_links import about_of, button_words, filled_form_href, may_decide
from api.list_view.next_step import short_reason
from api.list_view.patient import Patient, episode_href
from domain.actor import Role
from projections.coordination import Coordination, Due, InPhase, Unassigned

BACK = "/coordination"
SCHEDULES = {"complete_follow_up": "book_follow_up", "complete_intake": "book_intake"}
"""Where the decision itself is somebody else's: what a coordinator can do towards it. Its visit is booked by then."""
MOVES = {"book_follow_up": "Move follow-up", "book_intake": "Move intake"}

Patients = Mapping[UUID, Patient]


class DueRow(NamedTuple):
    """`due` is how long, `on` the day; no button where it is for others to act."""

    name: str
    href: str
    reference: str
    edge: str
    due: str
    on: str
    what: str
    why: str
    whom: str
    button: tuple[str, str] | None
    is_done: bool = False


class PhaseRow(NamedTuple):
    name: str
    href: str
    reference: str
    phase: str
    since: str
    since_ago: str
    next_what: str
    next_when: str
    is_on_hold: bool
    whom: str


def phases_shown(found: Coordination, current: str) -> list[tuple[str, str, int, bool]]:
    """Every phase with the number of rows it opens; together they are the open episodes."""
    return [(f"{BACK}?phase={phase}", phase, len(rows), phase == current) for phase, rows in found.phases.items()]


def with_measures_together(due: Sequence[Due]) -> list[Due]:
    """Questionnaires of one patient that fall due on one day are one row: they are answered together."""
    rows: dict[tuple[object, ...], Due] = {}
    for one in due:
        is_measure = one.key.startswith("measure:")
        place = (one.patient.episode_id, one.due_on, "measures" if is_measure else one.key)
        known = rows.get(place)
        rows[place] = known._replace(what=f"{known.what} and {one.what}") if known else one
    return list(rows.values())


def unassigned_row(one: Unassigned, patients: Patients, look: Look) -> DueRow:
    """An open episode in which a role is nobody's."""
    patient = patients[one.patient.episode_id]
    role = one.missing[0]
    about = {"role": role.value}
    href = filled_form_href(one.patient.episode_id, "assign_care_team_member", about, BACK)
    return DueRow(
        name=patient.name,
        href=episode_href(one.patient.episode_id),
        reference=one.patient.reference,
        edge="",
        due=formats.waiting(one.since, look.now),
        on=formats.list_date(look.day(one.since), look.today),
        what=f"Referred by {look.name_of(one.referred_by)}",
        why=_missing(one, look),
        whom="nobody" if len(one.missing) > 1 else f"no {role.value}",
        button=(f"Assign {role.value}", href) if may_decide(look, "assign_care_team_member") else None,
    )


def due_row(one: Due, patients: Patients, look: Look) -> DueRow:
    patient = patients[one.patient.episode_id]
    is_today = one.due_on == look.today
    at = formats.clock(one.due_at, look.zone) if one.due_at else ""
    on = at if is_today and at else " ".join(filter(None, [formats.list_date(one.due_on, look.today), at]))
    blocks = "blocks dosing" if one.blocks_dosing else ""
    return DueRow(
        name=patient.name,
        href=episode_href(one.patient.episode_id),
        reference=one.patient.reference,
        edge="attention" if one.is_overdue else "",
        due="overdue today" if one.is_overdue and is_today else formats.days_due(one.due_on, look.today),
        on=on,
        what=one.what,
        why="; ".join(filter(None, [short_reason(one.why), blocks])),
        whom=_whom(one, look) if one.done is None else f"done by {look.name_of(one.done.by)}",
        button=_button(one, look) if one.done is None else None,
        is_done=one.done is not None,
    )


def phase_row(one: InPhase, patients: Patients, look: Look) -> PhaseRow:
    patient, due = patients[one.patient.episode_id], one.next_due
    since = look.day(one.since)
    return PhaseRow(
        name=patient.name,
        href=episode_href(one.patient.episode_id),
        reference=one.patient.reference,
        phase=one.phase,
        since=formats.list_date(since, look.today),
        since_ago=formats.days_away(since, look.today),
        next_what=due.what if due else one.next_what or "nothing",
        next_when=_when(due, look) if due else "",
        is_on_hold=one.is_on_hold,
        whom=formats.and_list([look.name_of(who) for who in one.team]) or "nobody",
    )


def _missing(one: Unassigned, look: Look) -> str:
    """`No prescriber yet; 3 can be assigned`."""
    said = formats.and_list([f"no {role.value}" for role in one.missing])
    free = [_working(role, look) for role in one.missing]
    return f"{said[:1].upper()}{said[1:]} yet; {formats.and_list(free)} can be assigned"


def _working(role: Role, look: Look) -> str:
    colleagues = look.around.colleagues.values()
    return formats.counted(sum(role in one.roles and not one.is_suspended for one in colleagues), role.value)


def _when(due: Due, look: Look) -> str:
    """`2 days over · Tue 10 Mar`."""
    return f"{formats.days_due(due.due_on, look.today)} · {formats.list_date(due.due_on, look.today)}"


def _whom(one: Due, look: Look) -> str:
    return look.name_of(one.with_id) if one.with_id else f"a {one.with_role.value}"


def _button(one: Due, look: Look) -> tuple[str, str] | None:
    wanted = one.decision or ""
    decision = wanted if may_decide(look, wanted) else SCHEDULES.get(wanted)
    if decision is None or not may_decide(look, decision):
        return None
    href = filled_form_href(one.patient.episode_id, decision, about_of(one.key, decision), BACK)
    words = button_words(decision) if decision == wanted else MOVES[decision]
    return words, href
