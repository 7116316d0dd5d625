"""The episode as it stood at a past moment, for judging a dose that is recorded late."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.episode.episode import Episode
from domain.episode.safety.safety import Hold
from domain.episode.session.session import Session
from domain.stream import change


def as_it_stood(episode: Episode, moment: datetime) -> Episode:
    """Without the holds, outcomes, adverse events and doses that came later."""
    return change(
        episode,
        holds={key: _hold_at(hold, moment) for key, hold in episode.holds.items() if hold.placed_at <= moment},
        outcomes={key: o for key, o in episode.outcomes.items() if o.taken_at <= moment},
        adverse_events={key: e for key, e in episode.adverse_events.items() if e.happened_at <= moment},
        sessions=_sessions_at(episode, moment),
    )


def _hold_at(hold: Hold, moment: datetime) -> Hold:
    if hold.released_at is None or hold.released_at <= moment:
        return hold
    return replace(hold, released_at=None, released_by=None)


def _sessions_at(episode: Episode, moment: datetime) -> dict[UUID, Session]:
    return {key: _session_at(session, moment) for key, session in episode.sessions.items()}


def _session_at(session: Session, moment: datetime) -> Session:
    if all(dose.taken_at <= moment for dose in session.doses.values()):
        return session
    return change(session, doses={key: dose for key, dose in session.doses.items() if dose.taken_at <= moment})
