"""The next step of an episode in a list: one sentence, its reason beneath, and where it leads."""

from collections.abc import Sequence
from typing import NamedTuple

from api import formats
from api.list_view.look import Look
from api.list_view.next_links import step_href
from domain.episode.due.obligation import Obligation
from domain.episode.due.sessions import next_booked
from domain.episode.gates import Gate
from domain.episode.session.session import SessionKind
from projections.glance import Glance, waits_for_another


class StepShown(NamedTuple):
    """`late` stands before the reason; no href where there is nothing to do, no `whose` where it is one's own move."""

    words: str
    href: str
    late: str
    why: str
    whose: str = ""


def step_shown(glance: Glance, look: Look, gates: Sequence[Gate] = (), back: str = "/caseload") -> StepShown:
    """`gates` are those before the booked dose, for the row whose next step that dose is."""
    course, step = glance.course, glance.next_step
    if course.is_imported and step is None:
        return StepShown("None: history only", "", "", "Imported; nothing is due.")
    if course.closed_at is not None and step is None:
        return StepShown("None", "", "", f"Ended {formats.full_date(look.day(course.closed_at))}.")
    if course.paused_at is not None and step is None:
        return StepShown("None while paused", "", "", f"Paused since {formats.full_date(look.day(course.paused_at))}.")
    if step is None:
        return StepShown("Nothing is due", "", "", "Every obligation is met.")
    return StepShown(
        words=_words(glance, step, look),
        href=step_href(glance, step, look, back),
        late=lateness(step, look),
        why=_of_gates(gates) if is_booked_dose(glance) and gates else short_reason(step.why),
        whose=f"with {whose(step, look)}" if waits_for_another(glance, look.by.actor_id) else "",
    )


def lateness(step: Obligation, look: Look) -> str:
    """`Overdue 2 days:`, or since which time of today."""
    day = step.day(str(look.zone))
    if day is None or not step.is_overdue(look.now, str(look.zone)):
        return ""
    if day == look.today and step.due_at is not None:
        return f"Overdue since {formats.clock(step.due_at, look.zone)}:"
    return f"Overdue {formats.counted((look.today - day).days, 'day')}:"


def is_booked_dose(glance: Glance) -> bool:
    """Whether the next step is a dose that is booked: then its gates are worth asking."""
    step = glance.next_step
    return step is not None and step.key.startswith("dosing:")


def short_reason(why: str) -> str:
    """The first sentence of a reason, without its full stop; the page of the episode has the others."""
    first, dot, _ = why.partition(". ")
    return first if dot else why.removesuffix(".")


def _words(glance: Glance, step: Obligation, look: Look) -> str:
    if (dose := _dose(glance, step, look)) is not None:
        return dose
    what = f"Record {step.what}" if step.key.startswith("measure:") else step.what
    day = step.day(str(look.zone))
    if day is None or step.is_safety or step.is_overdue(look.now, str(look.zone)):
        return what
    if step.due_at is not None:
        return f"{what}, {formats.list_moment(step.due_at, look.zone, look.now)}"
    return f"{what}, {'today' if day == look.today else formats.list_date(day, look.today)}"


def _dose(glance: Glance, step: Obligation, look: Look) -> str | None:
    """`Dosing session 5, Tue 17 Mar 14:00`."""
    booked = next_booked(glance.course, SessionKind.DOSING) if step.key.startswith("dosing:") else None
    if booked is None:
        return None
    return f"Dosing session {booked.number}, {formats.list_moment(booked.starts_at, look.zone, look.now)}"


def whose(step: Obligation, look: Look) -> str:
    """`Dr. Rivera`, or the role where nobody has it."""
    return look.name_of(step.with_id) if step.with_id else f"a {step.with_role.value}"


def _of_gates(gates: Sequence[Gate]) -> str:
    closed = [gate.name.lower() for gate in gates if gate.stands_in_the_way]
    if not closed:
        return "All gates are open"
    return f"Blocked: {formats.and_list(closed[:2])}" + (f" and {len(closed) - 2} more" if len(closed) > 2 else "")
