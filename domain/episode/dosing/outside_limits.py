"""What a set of vitals, known late or corrected, shows about a dose that was taken on it."""

from domain.episode.dosing.rechecks import is_before_the_dose, rechecks
from domain.episode.dosing.vital_limits import is_crisis, is_within
from domain.episode.episode import Episode
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.episode.session.session import Session, Vitals
from domain.protocol.numbers import Numbers
from domain.stream import put


def dosed_outside_limits(episode: Episode, session: Session, new: Vitals, numbers: Numbers) -> list[DeviationNoted]:
    """The deviation, where this set governed when the dose was taken and was out of limits."""
    first_at = session.first_dose_at
    if first_at is None or new.taken_at > first_at or not is_before_the_dose(new, session):
        return []
    limits = session.clearance.limits if session.clearance else None
    limits = limits or (episode.plan.terms.vital_limits if episode.plan else None)
    if limits is None or (is_within(new, limits) and not is_crisis(new, numbers)):
        return []
    known = put(session.vitals, new.vitals_id, new).values()
    before = (v for v in known if v.taken_at <= first_at and is_before_the_dose(v, session))
    if rechecks(before, limits, numbers).governing != new:
        return []
    deviation = note_deviation(
        "4",
        "dosed_outside_limits",
        new.vitals_id,
        at=new.taken_at,
        systolic_mmhg=new.systolic_mmhg,
        diastolic_mmhg=new.diastolic_mmhg or 0,
        pulse_per_min=new.pulse_per_min or 0,
    )
    return [] if deviation.deviation_id in episode.deviations else [deviation]
