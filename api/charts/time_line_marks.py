"""The marks on a time line with their titles: what each shape says when pointed at."""

from collections.abc import Callable

from markupsafe import Markup

from api.charts import marks
from api.charts.time_line import Hold, Measure, Phase, Session
from api.formats import full_date


def session_mark(session: Session, x: float, y: float) -> Markup:
    match session.kind:
        case "dosing":
            return marks.dosing(x, y, booked=session.booked)
        case "preparation":
            return marks.preparation(x, y)
        case "integration":
            return marks.integration(x, y)


def measure_mark(measure: Measure, x: float, y: float) -> Markup:
    return look_of(measure)(x, y)


def look_of(measure: Measure) -> Callable[[float, float], Markup]:
    """The shape that stands for it."""
    if measure.total is None:
        return marks.missed
    return marks.flag if measure.flagged else marks.measure


def phase_title(phase: Phase) -> str:
    end = "now" if phase.until_on is None else full_date(phase.until_on)
    return f"{phase.name}, {full_date(phase.from_on)} to {end}"


def hold_title(hold: Hold) -> str:
    end = "not released" if hold.until_on is None else f"released {full_date(hold.until_on)}"
    reason = f": {hold.reason}" if hold.reason else ""
    return f"Held {full_date(hold.from_on)}, {end}{reason}"


def session_title(session: Session) -> str:
    number = f" {session.number}" if session.number is not None else ""
    booked = ", booked" if session.booked else ""
    return f"{session.kind.capitalize()} session{number}, {full_date(session.on)}{booked}"


def measure_title(measure: Measure) -> str:
    if measure.total is None:
        return f"{measure.instrument} due {full_date(measure.on)}, not answered"
    return f"{measure.instrument} {measure.total}, {full_date(measure.on)}"
