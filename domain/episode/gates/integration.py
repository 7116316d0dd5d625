"""Integration between doses (rule 8): a session after each dosed one; on the same day only after a psycholytic one."""

from collections.abc import Iterable
from datetime import datetime

from domain.actor import Role
from domain.days import day_of
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions, last_dose_of
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import on
from domain.episode.session.session import Session, SessionKind, SessionStatus


def integration(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed after a dosed session until an integration session took place after it."""
    earlier = dosed_sessions(episode, asked.session.session_id if asked.session else None)
    if not earlier:
        yield asked.open("8", "integration", "No dose has been taken yet.")
        return
    dosed, zone = earlier[-1], asked.network.zone
    fact = f"Dosing session {dosed.number} was on {on(day_of(last_dose_of(dosed), zone))}."
    if (held := integration_after(episode, dosed, zone, asked.now)) is not None:
        said = f"Integration session on {on(day_of(held.started_at or held.starts_at, zone))}."
        yield asked.open("8", "integration", fact, said, entries=[dosed.entry_id, held.entry_id])
        return
    opens = Opens(act="The therapist holds one.", decision="complete_integration", by=Role.THERAPIST)
    missing = f"an integration session after dosing session {dosed.number}"
    yield asked.closed("8", "integration", fact, missing=missing, opens=opens, entries=[dosed.entry_id])


def integration_after(episode: Episode, dosed: Session, zone: str, now: datetime) -> Session | None:
    """The integration session that followed a dosed session."""
    sessions = (s for s in episode.sessions.values() if _took_place(s, now))
    return next((s for s in sessions if _is_between(s.started_at or s.starts_at, dosed, zone)), None)


def _took_place(session: Session, now: datetime) -> bool:
    is_done = session.kind is SessionKind.INTEGRATION and session.status is SessionStatus.COMPLETED
    return is_done and (session.ended_at or session.starts_at) <= now


def _is_between(began_at: datetime, dosed: Session, zone: str) -> bool:
    """After the dosing session was over, and on a later day unless it was psycholytic."""
    over_at = dosed.ended_at or last_dose_of(dosed)
    if began_at < over_at:
        return False
    return dosed.is_psycholytic or day_of(began_at, zone) > day_of(last_dose_of(dosed), zone)
