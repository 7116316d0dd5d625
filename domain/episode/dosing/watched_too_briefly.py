"""Whether a patient was watched long enough, also where a part of the dose came to be known after the session ended."""

from collections.abc import Iterator
from datetime import datetime

from domain.episode.dosing.observation import observed_until
from domain.episode.episode import Episode
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.episode.safety.place_hold import HoldPlaced, hold_because
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import Session, SessionEnd, Vitals, VitalsPhase
from domain.protocol.numbers import Numbers


def ended_too_early(episode: Episode, session: Session, ended_at: datetime, numbers: Numbers) -> list[DeviationNoted]:
    """The deviation, where the time of observation was not over."""
    until = observed_until(session, episode.plan.terms if episode.plan else None, numbers)
    if until is None or ended_at >= until:
        return []
    minutes = int((until - ended_at).total_seconds() // 60)
    return [note_deviation("+observation", "observed_too_short", session.session_id, at=until, minutes_short=minutes)]


def has_vitals_after(session: Session, moment: datetime) -> bool:
    """A complete set after the last part; a pressure without its diastolic is none."""
    return newest_after(session, moment) is not None


def newest_after(session: Session, moment: datetime) -> Vitals | None:
    """The last complete set between the last part of the dose and that moment."""
    last_at = session.last_dose_at
    after = (v for v in session.vitals.values() if v.phase is VitalsPhase.AFTER and v.diastolic_mmhg is not None)
    known = (v for v in after if last_at is not None and last_at <= v.taken_at <= moment)
    return max(known, key=lambda v: v.taken_at, default=None)


def vitals_after_missing(session: Session) -> HoldPlaced:
    """A prescriber looks before the next dose."""
    return hold_because(HoldReason.VITALS_AFTER_MISSING, session.session_id, session.session_id)


def known_after_the_end(episode: Episode, session: Session, numbers: Numbers) -> Iterator[DeviationNoted | HoldPlaced]:
    """What the doses of an ended session, as they are known now, say of its end; nothing that was said before."""
    if session.ended_at is None or session.ended_as is SessionEnd.EMERGENCY_TRANSFER or not session.is_dosed:
        return
    for deviation in ended_too_early(episode, session, session.ended_at, numbers):
        if deviation.deviation_id not in episode.deviations:
            yield deviation
    hold = vitals_after_missing(session)
    if not has_vitals_after(session, session.ended_at) and hold.hold_id not in episode.holds:
        yield hold
