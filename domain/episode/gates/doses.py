"""The doses behind a question: sessions dosed, sessions left under the plan, and when the first and last were."""

from datetime import datetime
from uuid import UUID

from domain.episode.episode import Episode
from domain.episode.plan.plan import Plan
from domain.episode.session.session import Session, SessionKind


def dosed_sessions(episode: Episode, besides: UUID | None = None) -> list[Session]:
    """Sessions in which any amount was taken, the earliest dose first; `besides` leaves out the one in question."""
    dosed = (s for s in episode.sessions.values() if s.kind is SessionKind.DOSING and s.is_dosed)
    return sorted((s for s in dosed if s.session_id != besides), key=first_dose_of)


def first_dose_of(session: Session) -> datetime:
    """When the first part of a dosed session was taken."""
    return min(dose.taken_at for dose in session.doses.values())


def last_dose_of(session: Session) -> datetime:
    """When the last part of a dosed session was taken."""
    return max(dose.taken_at for dose in session.doses.values())


def first_dose_at(episode: Episode) -> datetime | None:
    """When the first dose of this course was taken."""
    return min((first_dose_of(session) for session in dosed_sessions(episode)), default=None)


def sessions_used(episode: Episode, plan: Plan, besides: UUID | None = None) -> int:
    """Sessions dosed since the plan was issued; a session held without a dose does not count."""
    return sum(1 for session in dosed_sessions(episode, besides) if first_dose_of(session) >= plan.issued_at)


def sessions_left(episode: Episode, plan: Plan, besides: UUID | None = None) -> int:
    """Sessions the plan still authorises, never below 0."""
    return max(0, plan.terms.sessions_authorised - sessions_used(episode, plan, besides))
