"""The six steps before it is known which one is open: what each asks for, sums up, and is held back by."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from api.dosing_view.clocks import is_open, next_check_at, next_set
from api.dosing_view.in_the_way import InTheWay, in_the_way
from api.dosing_view.so_far import SKIPPED, vitals_words
from api.formats import clock, counted, dose, length
from api.scene import Scene
from api.standing_go import standing_go
from domain.episode.dosing.next_part import next_part, offered_mg
from domain.episode.dosing.observation import observed_until
from domain.episode.gates import Checkpoint, Gate
from domain.episode.intake.intake import Way
from domain.episode.session.session import DosePart, Session, SessionStatus, Vitals, VitalsPhase
from domain.protocol.requirements import VitalsAt, When

NOTHING: Mapping[str, str] = MappingProxyType({})
ON_THE_CHECKLIST = frozenset(
    {
        "12", "13", "16", "+identity", "+place", "+suicide_question", "+suicidal_thoughts", "+capacity", "+intoxicated",
        "+alcohol_thc", "+fasting", "+medicines_held", "+medicines_changed", "+pregnancy", "+ketamine_elsewhere",
    }
)  # fmt: skip
ON_VITALS = frozenset({"4", "4.crisis", "5"})
CHECK_IS_NEAR = timedelta(minutes=5)
NO_DOSE = "no dose was taken"


class Task(NamedTuple):
    """One form within a step. `about` is what its fields depend on."""

    key: str
    decision: str
    label: str
    about: Mapping[str, str] = NOTHING
    is_done: bool = False


class Draft(NamedTuple):
    """A step before it is known which one is open."""

    title: str
    summary: str
    is_done: bool
    tasks: Callable[[], tuple[Task, ...]]
    in_the_way: Callable[[], tuple[InTheWay, ...]] = lambda: ()
    is_waiting: bool = False
    """Not done, and nothing to do in it: only time opens what is closed."""


def on_vitals(scene: Scene) -> frozenset[str]:
    """The rules that a set of vitals before the dose answers, those of the protocol's own making included."""
    required = {one.rule for one in scene.protocol.required(VitalsAt) if one.when is When.BEFORE_DOSE}
    return ON_VITALS | required


def drafts_of(scene: Scene, session: Session) -> list[Draft]:
    """In the order of the day; gates are asked once per checkpoint."""
    before = scene.gates(Checkpoint.CLEAR, session) if not session.is_dosed and session.is_running else ()
    release = scene.gates(Checkpoint.RELEASE, session) if session.is_dosed else ()
    return [
        _checklist(scene, session, before),
        _vitals_before(scene, session, before),
        _dose(scene, session, before),
        _monitoring(scene, session),
        _vitals_after(scene, session, release),
        _discharge(scene, session, release),
    ]


def _checklist(scene: Scene, session: Session, before: Sequence[Gate]) -> Draft:
    mine = [gate for gate in before if gate.rule in ON_THE_CHECKLIST]
    closed = [gate for gate in mine if gate.stands_in_the_way]
    at = f", {clock(session.checklist.recorded_at, scene.zone)}" if session.checklist else ""
    summary = (
        f"{len(mine) - len(closed)} of {len(mine)}{at}"
        if mine
        else (at.removeprefix(", ") and f"recorded {at.removeprefix(', ')}")
    )
    there = session.companion_at(scene.now) is not None
    tasks = [
        Task("companion", "record_companion_arrival", "Adult" if _is_remote(session) else "Ride home", NOTHING, there)
    ]
    if _is_remote(session):
        tasks.append(Task("place", "confirm_place", "Place", NOTHING, session.place is not None))
    tasks.append(Task("checklist", "record_checklist", "Checklist", NOTHING, session.checklist is not None))
    was_recorded = not session.is_running and session.checklist is not None
    is_done = session.is_dosed or was_recorded or (bool(mine) and not closed)
    is_waiting = all(task.is_done for task in tasks) and all(_opens_by_itself(gate) for gate in closed)
    return Draft(
        "Checklist", summary, is_done, lambda: tuple(tasks), lambda: _answered(scene, session, closed), is_waiting
    )


def _opens_by_itself(gate: Gate) -> bool:
    """Such as the minutes for which the adult has to be there before the dose."""
    return gate.opens.at is not None and gate.opens.by is None and gate.opens.decision is None


def _answered(scene: Scene, session: Session, closed: Sequence[Gate]) -> tuple[InTheWay, ...]:
    """What an answer keeps shut; before the checklist was recorded its own form says it all."""
    return in_the_way(scene, session, closed) if session.checklist is not None else ()


def _vitals_before(scene: Scene, session: Session, before: Sequence[Gate]) -> Draft:
    mine = [gate for gate in before if gate.rule in on_vitals(scene)]
    closed = [gate for gate in mine if gate.stands_in_the_way]
    last = _last(session, VitalsPhase.BEFORE)
    summary = _measured(scene, last) if last else "needed before the dose"
    if session.checklist is not None and session.checklist.pressure_medicine_skipped:
        summary = f"{summary}; {SKIPPED}"
    task = Task(
        "vitals", "record_vitals", "Vitals", {"phase": VitalsPhase.BEFORE.value}, is_done=bool(last and not closed)
    )
    shown = [gate for gate in closed if last is not None]
    was_measured = not session.is_running and last is not None
    is_done = session.is_dosed or was_measured or (bool(mine) and not closed)
    return Draft("Vitals before", summary, is_done, lambda: (task,), lambda: in_the_way(scene, session, shown))


def _dose(scene: Scene, session: Session, before: Sequence[Gate]) -> Draft:
    elsewhere = ON_THE_CHECKLIST | on_vitals(scene)
    closed = [gate for gate in before if gate.stands_in_the_way]
    standing = _standing_clearance(scene, session)
    if session.first_dose_at is not None:
        first = min(session.doses.values(), key=lambda d: d.taken_at)
        summary = f"{dose(first.amount_mg)}, {clock(first.taken_at, scene.zone)}"
    elif standing is not None:
        summary = f"cleared until {clock(standing, scene.zone)}"
    else:
        summary = _ordered(scene) if session.ended_at is None else NO_DOSE
    tasks = (
        Task("clear", "clear_to_dose", "Clear", NOTHING, is_done=standing is not None or session.is_dosed),
        Task("dose", "record_dose", "Record the dose", NOTHING, is_done=session.is_dosed),
    )
    # What another step asks for is named there; here it is said once that it is open. What only waits is named here.
    folded = frozenset(gate.rule for gate in closed if gate.rule in elsewhere and not _opens_by_itself(gate))
    return Draft(
        "Dose",
        summary,
        session.is_dosed,
        lambda: tasks,
        lambda: in_the_way(scene, session, closed, folded=folded),
    )


def _monitoring(scene: Scene, session: Session) -> Draft:
    due = next_check_at(scene, session)
    is_near = due is not None and scene.now >= due - CHECK_IS_NEAR
    looks = len([check for check in session.checks if session.dosed_by(check.at)])
    summary = counted(looks, "check") if session.is_dosed else _still_to_come(session, "after the dose")
    during = {"phase": VitalsPhase.DURING.value}
    is_cleared = session.is_dosed and _standing_clearance(scene, session) is not None
    wanted = next_set(scene, session)
    looks_now = is_near or (is_open(scene, wanted) and wanted is not None and not wanted.is_vitals)
    tasks = [
        Task("check", "record_check", "Check", NOTHING, is_done=is_cleared or not looks_now),
        Task("vitals", "record_vitals", "Vitals", during, is_done=is_cleared),
        *_more(scene, session),
    ]
    closed = scene.gates(Checkpoint.SECOND_PART, session) if session.is_dosed and _is_offered(scene, session) else ()
    shut = [gate for gate in closed if gate.stands_in_the_way]
    is_over = session.is_dosed and session.ended_at is not None
    return Draft(
        "Monitoring and vitals", summary, is_over, lambda: tuple(tasks), lambda: in_the_way(scene, session, shut)
    )


def _more(scene: Scene, session: Session) -> list[Task]:
    """The second part or a booster, while the plan offers one; and a dose that was taken all the same."""
    if not session.is_dosed or scene.plan is None:
        return []
    if not _is_offered(scene, session):
        return [Task("dose", "record_dose", "Another dose was taken", is_done=True)]
    part = "Second part" if next_part(session, scene.plan.terms) is DosePart.SECOND else "Booster"
    standing = _standing_clearance(scene, session)
    clear = Task("clear", "clear_to_dose", f"{part}: clear", is_done=True)
    return [clear, Task("dose", "record_dose", f"{part}: record", is_done=standing is None)]


def _vitals_after(scene: Scene, session: Session, release: Sequence[Gate]) -> Draft:
    last = _last(session, VitalsPhase.AFTER)
    last_sets = {one.rule for one in scene.protocol.required(VitalsAt) if one.when is When.BEFORE_RELEASE}
    mine = [one for one in release if one.rule == "6" or one.rule in last_sets]
    is_done = bool(mine) and all(one.is_open for one in mine)
    summary = _measured(scene, last) if last else _still_to_come(session, "needed to complete")
    task = Task("vitals", "record_vitals", "Vitals", {"phase": VitalsPhase.AFTER.value})
    return Draft("Vitals after", summary, is_done, lambda: (task,))


def _discharge(scene: Scene, session: Session, release: Sequence[Gate]) -> Draft:
    until = observed_until(session, scene.plan.terms if scene.plan else None, scene.protocol.numbers)
    last_at = session.last_dose_at
    summary = "after the dose"
    if session.ended_at is not None:
        summary = clock(session.ended_at, scene.zone)
    elif until is not None and last_at is not None:
        summary = f"earliest {clock(until, scene.zone)}, {length(until - last_at)} after the last part"
    closed = [gate for gate in release if gate.stands_in_the_way]
    task = Task("release", "end_dosing_session", "Release", {"ended_as": "released"})
    return Draft(
        "Discharge and release",
        summary,
        session.status is SessionStatus.COMPLETED,
        lambda: (task,) if session.is_dosed else (),
        lambda: in_the_way(scene, session, closed),
    )


def _still_to_come(session: Session, words: str) -> str:
    """What waits for a dose never comes in a session that ended without one."""
    return words if session.is_dosed or session.ended_at is None else NO_DOSE


def _standing_clearance(scene: Scene, session: Session) -> datetime | None:
    """Until when there is leave for a part that was not taken yet."""
    go = standing_go(scene, session)
    return go.lapses_at if go is not None else None


def _is_offered(scene: Scene, session: Session) -> bool:
    return scene.plan is not None and offered_mg(session, scene.plan.terms) > 0


def _ordered(scene: Scene) -> str:
    return f"{dose(scene.plan.terms.next_dose_mg)} ordered" if scene.plan else "no plan"


def _last(session: Session, phase: VitalsPhase) -> Vitals | None:
    return max((v for v in session.vitals.values() if v.phase is phase), key=lambda v: v.taken_at, default=None)


def _measured(scene: Scene, vitals: Vitals) -> str:
    return f"{vitals_words(vitals)}, {clock(vitals.taken_at, scene.zone)}"


def _is_remote(session: Session) -> bool:
    return session.way is Way.REMOTE
