"""The clocks on top of a dosing session: how long it lasts, when the next check is due, how much has been taken."""

from datetime import datetime, timedelta
from typing import NamedTuple

from api.formats import clock, dose, length, number, stopwatch, waiting
from api.scene import Scene
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
    return [*shown, taken]


def next_check_at(scene: Scene, session: Session) -> datetime | None:
    """When the patient is to be looked at again; None before the dose and after the end."""
    if not session.is_running or session.first_dose_at is None:
        return None
    looks = [check.at for check in session.checks if check.at >= session.first_dose_at]
    every = timedelta(minutes=scene.protocol.numbers.check_interval_minutes.value)
    return max([session.first_dose_at, *looks]) + every


def is_overdue(scene: Scene, due: datetime) -> bool:
    """Beyond the agreed tolerance."""
    return scene.now > due + timedelta(minutes=scene.protocol.numbers.check_tolerance_minutes.value)


def _next_check(scene: Scene, due: datetime) -> Clock:
    figure = clock(due, scene.zone)
    if is_overdue(scene, due):
        return Clock("Next check", figure, f"by {length(scene.now - due)}", is_overdue=True)
    beneath = "now" if scene.now >= due else f"in {waiting(scene.now, due + timedelta(seconds=59))}"
    return Clock("Next check", figure, beneath)
