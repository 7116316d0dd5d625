"""What a set of vitals, known late or corrected, shows about a dose that was taken on it."""

from collections.abc import Iterator

from domain.episode.dosing.rechecks import is_before_the_dose, rechecks
from domain.episode.dosing.standing_clearance import clearance_of
from domain.episode.dosing.vital_limits import is_crisis, is_within
from domain.episode.episode import Episode
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.episode.session.session import DosePart, Session, Vitals
from domain.protocol.numbers import Numbers
from domain.stream import put


def dosed_outside_limits(episode: Episode, session: Session, new: Vitals, numbers: Numbers) -> list[DeviationNoted]:
    """The deviation, where this set governed when the dose was taken and was out of limits."""
    first_at = session.first_dose_at
    if first_at is None or new.taken_at > first_at or not is_before_the_dose(new, session):
        return []
    cleared = clearance_of(session, DosePart.FIRST, first_at)
    limits = cleared.limits if cleared else None
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


def dosed_on_older_vitals(episode: Episode, session: Session, new: Vitals) -> Iterator[DeviationNoted]:
    """For each dose whose set, by a corrected time, had expired when it was taken (V2)."""
    for dose in session.doses.values():
        cleared = clearance_of(session, dose.part, dose.taken_at)
        for relied in cleared.rests_on if cleared else ():
            if cleared is None or relied.vitals_id != new.vitals_id:
                continue
            expired_at = max(cleared.lapses_at + (new.taken_at - relied.taken_at), cleared.cleared_at)
            late = int((dose.taken_at - expired_at).total_seconds() // 60)
            told = note_deviation("4", "clearance_lapsed", dose.dose_id, at=expired_at, minutes_late=late)
            if expired_at < dose.taken_at and told.deviation_id not in episode.deviations:
                yield told
