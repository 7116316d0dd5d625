"""The occasions at which a measure is due, in words."""

from api.formats import counted
from domain.protocol.measure_schedule import Occasion, ScheduledMeasure


def measure_words(one: ScheduledMeasure) -> str:
    """Such as: "After each dosing session, within 1 day; asked no more 3 days later."."""
    lapses = f"; asked no more {counted(one.lapses_after_days, 'day')} later" if one.lapses_after_days else ""
    within = f", within {counted(one.within_days, 'day')}{lapses}."
    valid = f", not older than {counted(one.valid_days, 'day')}." if one.valid_days else "."
    match one.occasion:
        case Occasion.FIRST_DOSE:
            return "Once, before the first dose."
        case Occasion.CONSULT:
            return f"Before each follow-up consult{valid}"
        case Occasion.LAST_PREPARATION:
            return f"At the last preparation session{valid}"
        case Occasion.MID_COURSE:
            return f"After dosing session {one.after_doses}{within}"
        case Occasion.DOSE:
            return f"After each dosing session{within}"
