"""The doses behind a question: sessions dosed, sessions left under the plan, and when the first and last were."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from domain.episode.episode import Episode
from domain.episode.plan.plan import Plan
from domain.episode.session.session import Session, SessionKind


def dosed_sessions(episode: Episode, besides: UUID | None = None) -> list[Session]:
    """Sessions in which any amount was taken, the earliest dose first; `besides` leaves out the one in question."""
    return sorted(_dosed(episode, besides), key=first_dose_of)


def any_dosed(episode: Episode) -> bool:
    """Whether any amount was taken in this course."""
    return any(_dosed(episode))


def _dosed(episode: Episode, besides: UUID | None = None) -> Iterator[Session]:
    for session in episode.sessions.values():
        if session.kind is SessionKind.DOSING and session.is_dosed and session.session_id != besides:
            yield session


def first_dose_of(session: Session) -> datetime:
    """When the first part of a dosed session was taken."""
    return min(dose.taken_at for dose in session.doses.values())


def last_dose_of(session: Session) -> datetime:
    """When the last part of a dosed session was taken."""
    return max(dose.taken_at for dose in session.doses.values())


def first_dose_at(episode: Episode) -> datetime | None:
    """When the first dose of this course was taken."""
    return min((first_dose_of(session) for session in _dosed(episode)), default=None)


def sessions_used(episode: Episode, plan: Plan, besides: UUID | None = None) -> int:
    """Sessions with a dose, taken or opened since the plan was issued; one held without a dose does not count."""
    return sum(1 for session in _dosed(episode, besides) if _began_at(session) >= plan.issued_at)


def _began_at(session: Session) -> datetime:
    return max(first_dose_of(session), session.opened_at or first_dose_of(session))


def sessions_left(episode: Episode, plan: Plan, besides: UUID | None = None) -> int:
    """Sessions the plan still authorises, never below 0."""
    return max(0, plan.terms.sessions_authorised - sessions_used(episode, plan, besides))
