"""Sessions of a replayed state: the newest of each kind in full, earlier ones for comparing two moments."""

from collections.abc import Iterable
from datetime import datetime

from domain.episode.dosing.end_dosing_session import driving_time
from domain.episode.episode import Episode
from domain.episode.gates.words import at, clock
from domain.episode.session.session import Session, SessionKind, SessionStatus, Vitals
from projections.replay.line import StateLine, Surroundings, mg, plain


def sessions(episode: Episode, around: Surroundings) -> Iterable[StateLine]:
    """One line per session, and the last vitals and the monitoring of dosing sessions."""
    for kind in SessionKind:
        known = sorted((s for s in episode.sessions.values() if s.kind is kind), key=lambda s: (s.starts_at, s.number))
        for session in known:
            is_earlier = session is not known[-1]
            what = f"{kind.value.capitalize()} session {session.number}"
            yield StateLine(f"session:{session.session_id}", what, _standing(session, around), is_earlier)
            yield from _vitals(session, is_earlier)
            yield from _afterwards(session, driving(episode, session, around), around, is_earlier)


def _standing(session: Session, around: Surroundings) -> str:
    match session.status:
        case SessionStatus.BOOKED:
            return f"booked for {at(session.starts_at, around.zone)}"
        case SessionStatus.OPEN:
            return f"under way since {_since(session, around)}"
        case SessionStatus.CLEARED:
            return f"cleared to dose, under way since {_since(session, around)}"
        case SessionStatus.DOSED:
            return f"{mg(session.total_mg)} taken, under way since {_since(session, around)}"
        case SessionStatus.COMPLETED:
            dose = f", {mg(session.total_mg)}" if session.is_dosed else ""
            return (plain(session.ended_as) if session.ended_as else "completed") + dose
    return plain(session.status)


def _since(session: Session, around: Surroundings) -> str:
    return clock(session.opened_at or session.starts_at, around.zone)


def _vitals(session: Session, is_earlier: bool) -> Iterable[StateLine]:
    latest = max(session.vitals.values(), key=lambda one: one.taken_at, default=None)
    if latest is not None:
        what = f"Vitals of dosing session {session.number}"
        yield StateLine(f"vitals:{session.session_id}", what, vitals_words(latest), is_earlier)


def vitals_words(vitals: Vitals) -> str:
    """184/82, pulse 80, 97%."""
    lower = f"/{vitals.diastolic_mmhg}" if vitals.diastolic_mmhg is not None else " systolic"
    pulse = f", pulse {vitals.pulse_per_min}" if vitals.pulse_per_min is not None else ""
    oxygen = f", {vitals.spo2_percent}%" if vitals.spo2_percent is not None else ""
    return f"{vitals.systolic_mmhg}{lower}{pulse}{oxygen}" + (", symptoms" if vitals.symptoms else "")


def driving(episode: Episode, session: Session, around: Surroundings) -> datetime | None:
    """From when, by the last part known by then: one entered after the end of the session counts too."""
    if session.may_drive_from is None or around.protocol is None:
        return session.may_drive_from
    return driving_time(episode, session, around.network, around.protocol)


def _afterwards(
    session: Session, may_drive_from: datetime | None, around: Surroundings, is_earlier: bool
) -> Iterable[StateLine]:
    if session.is_emergency:
        what = f"Emergency in dosing session {session.number}"
        yield StateLine(f"emergency:{session.session_id}", what, "declared", is_earlier)
    if may_drive_from is not None:
        what = f"Driving after dosing session {session.number}"
        drives = f"after a night's sleep, not before {at(may_drive_from, around.zone)}"
        yield StateLine(f"driving:{session.session_id}", what, drives, is_earlier)
    if session.checked_in_at is not None:
        what = f"Next-day check-in after dosing session {session.number}"
        reached = at(session.checked_in_at, around.zone)
        yield StateLine(f"check_in:{session.session_id}", what, reached, is_earlier)
