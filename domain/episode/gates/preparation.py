"""Preparation (rule 7): at least one session before the first dose."""

from collections.abc import Iterable
from datetime import datetime

from domain.actor import Role
from domain.days import day_of
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions, first_dose_of
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import on
from domain.episode.session.session import Session, SessionKind, SessionStatus


def preparation(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed until a preparation session took place; asked before the first dose only."""
    zone = asked.network.zone
    if earlier := dosed_sessions(episode, asked.session.session_id if asked.session else None):
        fact = f"The first dose was taken on {on(day_of(first_dose_of(earlier[0]), zone))}."
        yield asked.open("7", "preparation", fact)
        return
    done = [session for session in episode.sessions.values() if _took_place(session, asked.now)]
    if done:
        days = [on(day_of(s.ended_at or s.starts_at, zone)) for s in done]
        entries = [s.entry_id for s in done]
        yield asked.open("7", "preparation", f"Preparation session on {', '.join(days)}.", entries=entries)
        return
    opens = Opens(act="The therapist holds one.", decision="complete_preparation", by=Role.THERAPIST)
    fact, missing = "No preparation session has taken place.", "a preparation session"
    yield asked.closed("7", "preparation", fact, missing=missing, opens=opens)


def _took_place(session: Session, now: datetime) -> bool:
    is_done = session.kind is SessionKind.PREPARATION and session.status is SessionStatus.COMPLETED
    return is_done and (session.ended_at or session.starts_at) <= now
