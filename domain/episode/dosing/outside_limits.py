"""What a set of vitals, known late or corrected, shows about a dose that was taken on it."""

from collections.abc import Iterator

from domain.episode.dosing.rechecks import is_before_the_dose, rechecks
from domain.episode.dosing.standing_clearance import clearance_of
from domain.episode.dosing.vital_limits import is_crisis, is_within
from domain.episode.episode import Episode
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.episode.session.session import Dose, Session, Vitals
from domain.protocol.numbers import Numbers
from domain.stream import put


def dosed_outside_limits(episode: Episode, session: Session, new: Vitals, numbers: Numbers) -> list[DeviationNoted]:
    """The deviation, where this set governed when a part of the dose was taken and was out of limits (V9)."""
    governed = [dose for dose in session.doses.values() if _governed(new, dose, session, episode, numbers)]
    if not governed:
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


def _governed(new: Vitals, dose: Dose, session: Session, episode: Episode, numbers: Numbers) -> bool:
    """Whether this part was taken on the set, out of the limits it was cleared by or else those of the plan."""
    first_at = session.first_dose_at
    if first_at is None or new.taken_at > dose.taken_at:
        return False
    cleared = clearance_of(session, dose.part, dose.taken_at)
    limits = cleared.limits if cleared else None
    limits = limits or (episode.plan.terms.vital_limits if episode.plan else None)
    if limits is None or (is_within(new, limits) and not is_crisis(new, numbers)):
        return False
    known = put(session.vitals, new.vitals_id, new).values()
    until = [v for v in known if v.taken_at <= dose.taken_at]
    if dose.taken_at > first_at:
        since = (v for v in until if v.taken_at >= first_at)
        return max(since, key=lambda v: v.taken_at, default=None) == new
    return rechecks((v for v in until if is_before_the_dose(v, session)), limits, numbers).governing == new


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
