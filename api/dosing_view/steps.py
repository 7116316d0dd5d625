"""The six steps of a dosing session: which one is open, and which form comes next in it."""

from collections.abc import Sequence
from typing import NamedTuple

from api.dosing_view.drafts import Draft, Task, drafts_of
from api.dosing_view.in_the_way import InTheWay
from api.scene import Scene
from domain.episode.dosing.observation import observed_until
from domain.episode.session.session import Session

MONITORING = 4
MORE = ("clear", "dose")
"""Forms of a second part or booster: only they are held back while the patient is watched."""


class Step(NamedTuple):
    """`state` is done, now or later; `task` the form that is open, of `tasks`."""

    number: int
    title: str
    summary: str
    state: str
    tasks: tuple[Task, ...] = ()
    task: Task | None = None
    in_the_way: tuple[InTheWay, ...] = ()
    can_open: bool = True
    """What belongs after the dose has no form before it."""


def steps_of(scene: Scene, session: Session, step: int = 0, task: str = "") -> tuple[Step, ...]:
    """One open step at a time: the one asked for, else the first that is not done."""
    drafts = drafts_of(scene, session)
    open_step = step if 1 <= step <= len(drafts) else _first_open(scene, session, drafts)
    open_step = open_step if session.is_running else step
    return tuple(_step(number, draft, open_step, task, session) for number, draft in enumerate(drafts, 1))


def _step(number: int, draft: Draft, open_step: int, task: str, session: Session) -> Step:
    if number != open_step:
        can_open = session.is_dosed or number < MONITORING
        return Step(number, draft.title, draft.summary, "done" if draft.is_done else "later", can_open=can_open)
    tasks = draft.tasks()
    chosen = next((one for one in tasks if one.key == task), None) or next((t for t in tasks if not t.is_done), None)
    shown = chosen or (tasks[-1] if tasks else None)
    is_watching = number == MONITORING and shown is not None and shown.key not in MORE
    shut = () if is_watching else draft.in_the_way()
    return Step(number, draft.title, draft.summary, "now", tasks, shown, shut)


def _first_open(scene: Scene, session: Session, drafts: Sequence[Draft]) -> int:
    """After the dose the patient is watched until it is time; before it, the first step that is not done."""
    if session.is_dosed:
        until = observed_until(session, scene.plan.terms if scene.plan else None, scene.protocol.numbers)
        if until is not None and scene.now < until:
            return MONITORING
        return 6 if drafts[4].is_done else 5
    return next((n for n, draft in enumerate(drafts[:3], 1) if not draft.is_done and not draft.is_waiting), 3)
