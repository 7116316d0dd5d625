"""The clocks on top of a dosing session: how long it lasts, when the next check is due, how much has been taken."""

from datetime import datetime, timedelta
from typing import NamedTuple

from api.formats import clock, dose, length, number, stopwatch, waiting
from api.scene import Scene
from domain.episode.dosing.sets_due import SetDue, next_set_due
from domain.episode.session.session import Session


class Clock(NamedTuple):
    """As `macros/steps.html` shows it."""

    name: str
    figure: str
    beneath: str = ""
    is_overdue: bool = False


def clocks(scene: Scene, session: Session) -> list[Clock]:
    """Before a session is open there are none; after its end they stand still."""
    if session.started_at is None:
        return []
    until = min(scene.now, session.ended_at) if session.ended_at else scene.now
    most = scene.plan.terms.maximum_mg if scene.plan else None
    taken = Clock("Dose so far", number(session.total_mg), f"of {dose(most)}" if most else "mg")
    shown = [Clock("Elapsed", stopwatch(until - session.started_at))]
    if (due := next_check_at(scene, session)) is not None:
        shown.append(_next_check(scene, due))
    if (wanted := next_set(scene, session)) is not None:
        shown.append(_next_set(scene, wanted))
    return [*shown, taken]


def next_check_at(scene: Scene, session: Session) -> datetime | None:
    """When the patient is to be looked at again; None before the dose and after the end."""
    if not session.is_running or session.first_dose_at is None:
        return None
    looks = [check.at for check in session.checks if check.at >= session.first_dose_at]
    every = timedelta(minutes=scene.protocol.numbers.check_interval_minutes.value)
    return max([session.first_dose_at, *looks]) + every


def next_set(scene: Scene, session: Session) -> SetDue | None:
    """The next set or look that the protocol asks for at a set time; None where it asks for none, or for no more."""
    return next_set_due(session, scene.protocol, scene.now) if session.is_running else None


def is_open(scene: Scene, due: SetDue | None) -> bool:
    """Whether its window has begun."""
    return due is not None and due.opens_at <= scene.now


def is_overdue(scene: Scene, due: datetime) -> bool:
    """Beyond the agreed tolerance."""
    return scene.now > due + timedelta(minutes=scene.protocol.numbers.check_tolerance_minutes.value)


def _next_set(scene: Scene, due: SetDue) -> Clock:
    until = f"until {clock(due.closes_at, scene.zone)}"
    begins = "now" if is_open(scene, due) else f"in {waiting(scene.now, due.opens_at + timedelta(seconds=59))}"
    return Clock("Vitals due" if due.is_vitals else "Look due", clock(due.opens_at, scene.zone), f"{begins}, {until}")


def _next_check(scene: Scene, due: datetime) -> Clock:
    figure = clock(due, scene.zone)
    if is_overdue(scene, due):
        return Clock("Next check", figure, f"by {length(scene.now - due)}", is_overdue=True)
    beneath = "now" if scene.now >= due else f"in {waiting(scene.now, due + timedelta(seconds=59))}"
    return Clock("Next check", figure, beneath)
