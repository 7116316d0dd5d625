"""The rows of the prescriber worklist: what happened, why it is here, how long it has waited, one button each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from api import formats
from api.list_view.look import Look
from api.list_view.next_links import button_words, form_href
from api.list_view.patient import Patient, entry_href, episode_href
from domain.actor import Role
from domain.episode.session.session import SessionStatus
from projections.prescriber_worklist import DosesToday, Supply, Worklist
from projections.worklist_groups import Group, Waiting

GROUPS: dict[Group, tuple[str, str]] = {
    Group.SEE_FIRST: ("See first", "See first"),
    Group.HOLDS: ("Holds", "Holds to review"),
    Group.REVIEWS: ("Reviews", "Deviations, medicines and calls to review"),
    Group.ELIGIBILITY: ("Eligibility", "Eligibility to decide"),
    Group.PLANS: ("Plans", "Plans to issue or renew"),
    Group.FOLLOW_UPS: ("Follow-ups", "Follow-ups due"),
    Group.NOTES: ("Notes", "Notes and questions"),
    Group.WORSENING: ("Worsening", "Worsening or not responding"),
    Group.POOL: ("Referral pool", "Referral pool: not yet yours"),
    Group.DONE: ("Done", "Done by somebody, for all to see"),
}
"""What filters and group rows say."""
BACK = "/worklist"


class Button(NamedTuple):
    """A link, or where `posts` a decision recorded with one press."""

    words: str
    href: str
    posts: bool = False


class WorklistRow(NamedTuple):
    name: str
    href: str
    reference: str
    born: str | None
    edge: str
    fact: str
    fact_href: str
    reason: str
    waiting: str
    since: str
    button: Button
    is_done: bool = False


class GroupShown(NamedTuple):
    """`of` counts all decisions of the group, whether or not the list has come to them."""

    words: str
    rows: list[WorklistRow]
    of: int


class TodayRow(NamedTuple):
    """A dosing session of today under a plan of this prescriber."""

    name: str
    href: str
    reference: str
    at: str
    session: str
    session_href: str
    standing: str
    ordered: str
    taken: str


class SupplyRow(NamedTuple):
    """Ordered against taken over a course; `more` names sessions in which more was taken than ordered."""

    name: str
    href: str
    reference: str
    prescribed: str
    taken: str
    last: str
    more: str


def filters_shown(found: Worklist, current: Group | None) -> list[tuple[str, str, int, bool]]:
    """All, and each group that exists in this release, with how many decisions wait in it."""
    total = sum(found.counts.values())
    groups = [
        (f"{BACK}?group={group.value}", words, found.counts[group], group is current)
        for group, (words, _) in GROUPS.items()
    ]
    return [(BACK, "All", total, current is None), *groups]


def groups_shown(
    waiting: Sequence[Waiting], patients: Mapping[UUID, Patient], look: Look, of: Sequence[Waiting]
) -> list[GroupShown]:
    """The groups that have rows, in the order in which the decisions come; `of` are all that wait."""
    shown = []
    counts = Counter(one.group for one in of)
    for group, members in groupby(waiting, key=lambda one: one.group):
        rows = [worklist_row(one, patients[one.glance.case.episode_id], look) for one in members]
        shown.append(GroupShown(GROUPS[group][1], rows, counts[group]))
    return shown


def worklist_row(one: Waiting, patient: Patient, look: Look) -> WorklistRow:
    episode_id = one.glance.case.episode_id
    waiting, since = _waiting(one, look)
    return WorklistRow(
        name=patient.name,
        href=episode_href(episode_id),
        reference=one.glance.case.reference,
        born=patient.born,
        edge=_edge(one),
        fact=one.fact,
        fact_href=entry_href(episode_id, one.entry_id, "#gates"),
        reason=one.reason if one.done is None else f"Done by {look.name_of(one.done.by)}. {one.reason}",
        waiting=waiting,
        since=since,
        button=_button(one),
        is_done=one.done is not None,
    )


def oldest_words(found: Worklist, look: Look) -> str:
    """`oldest 10 days`; empty where nothing waits, or nothing has begun to wait."""
    since = found.oldest_since
    return f"oldest {formats.waiting(since, look.now)}" if since and since <= look.now else ""


def next_due(found: Worklist, look: Look) -> str:
    """`Next due: follow-up consult of KAP-0031 on Tue 17 Mar.`; for a list in which nothing waits."""
    zone = str(look.zone)
    coming = [
        (day, glance.case.reference, owed.what)
        for glance in found.mine
        for owed in glance.obligations
        if owed.with_role is Role.PRESCRIBER and (day := owed.day(zone)) is not None and day >= look.today
    ]
    if not coming:
        return ""
    day, reference, what = min(coming)
    return f"Next due: {what[:1].lower()}{what[1:]} of {reference} on {formats.list_date(day, look.today)}."


def today_row(one: DosesToday, patient: Patient, look: Look) -> TodayRow:
    session, episode_id = one.session, one.glance.case.episode_id
    return TodayRow(
        name=patient.name,
        href=episode_href(episode_id),
        reference=one.glance.case.reference,
        at=formats.clock(session.starts_at, look.zone),
        session=f"Dosing session {session.number}",
        session_href=episode_href(episode_id, f"/sessions/{session.number}"),
        standing=_standing(session.status),
        ordered=_dose(one.ordered_mg),
        taken=_dose(one.taken_mg) if session.is_dosed else "not yet",
    )


def supply_row(one: Supply, patient: Patient) -> SupplyRow:
    over = [f"session {dosed.session.number}" for dosed in one.sessions if dosed.is_more]
    last = one.sessions[-1]
    return SupplyRow(
        name=patient.name,
        href=episode_href(one.glance.case.episode_id, "?only=sessions#timeline"),
        reference=one.glance.case.reference,
        prescribed=_dose(one.prescribed_mg) if one.prescribed_mg else "none recorded",
        taken=_dose(one.taken_mg),
        last=f"{_dose(last.taken_mg)} of {_dose(last.ordered_mg)}",
        more=f"More than ordered: {formats.and_list(over)}" if over else "",
    )


def _edge(one: Waiting) -> str:
    if one.group is Group.SEE_FIRST:
        return "urgent"
    return "attention" if one.group is Group.HOLDS or one.is_overdue else ""


def _waiting(one: Waiting, look: Look) -> tuple[str, str]:
    """`51 min`, `since today 08:51`; of something with a due day `2 days over`, `due Tue 10 Mar`."""
    if one.due_on is not None:
        return formats.days_due(one.due_on, look.today), f"due {formats.list_date(one.due_on, look.today)}"
    since = one.waiting_from
    return formats.waiting(since, look.now), f"since {formats.list_moment(since, look.zone, look.now)}"


def _button(one: Waiting) -> Button:
    episode_id = one.glance.case.episode_id
    if one.done is not None:
        return Button("Open", entry_href(episode_id, one.done.entry_id, "#timeline"))
    if one.decision is None:
        return Button("Open case review", episode_href(episode_id, "#outcomes"))
    if one.group is Group.POOL:
        return Button("Take this patient", episode_href(episode_id, "/take-patient-from-pool"), posts=True)
    return Button(button_words(one.decision), form_href(one.glance, one.decision, one.about or "", BACK))


def _standing(status: SessionStatus) -> str:
    return {SessionStatus.COMPLETED: "ended", SessionStatus.DOSED: "under way, dosed"}.get(
        status, "under way" if status in (SessionStatus.OPEN, SessionStatus.CLEARED) else status.value
    )


def _dose(amount_mg: Decimal | None) -> str:
    return formats.dose(amount_mg) if amount_mg is not None else "not ordered"
