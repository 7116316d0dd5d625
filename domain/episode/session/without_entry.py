"""Taking an entry out of the sessions again, when it was marked in error: counts, intervals and gates return."""

from uuid import UUID

from domain.episode.episode import Episode
from domain.episode.session.session import Dose, Session, SessionKind, SessionStatus
from domain.stream import change


def without_entry(episode: Episode, entry_id: UUID) -> Episode:
    """The episode as if that entry had not been made. Holds and deviations it caused stay (nothing lifts them)."""
    sessions = {
        key: _without(session, entry_id) for key, session in episode.sessions.items() if session.entry_id != entry_id
    }
    return change(episode, sessions=sessions)


def _without(session: Session, entry_id: UUID) -> Session:
    left = change(
        session,
        vitals={key: v for key, v in session.vitals.items() if v.entry_id != entry_id},
        doses={key: _unswallowed(d, entry_id) for key, d in session.doses.items() if d.entry_id != entry_id},
        checks=tuple(check for check in session.checks if check.entry_id != entry_id),
        vomitings=tuple(vomiting for vomiting in session.vomitings if vomiting.entry_id != entry_id),
        check_in_attempts=tuple(attempt for attempt in session.check_in_attempts if attempt.entry_id != entry_id),
        clearances=tuple(cleared for cleared in session.clearances if cleared.entry_id != entry_id),
    )
    left = _without_companion(left, entry_id)
    for name in ("place", "checklist"):
        if (fact := getattr(left, name)) is not None and fact.entry_id == entry_id:
            left = change(left, **{name: None})
    if left.transport_confirmed_in == entry_id:
        left = change(left, transport_confirmed_in=None)
    if left.check_in_entry_id == entry_id:
        left = change(left, check_in_entry_id=None, checked_in_at=None)
    if left.form_entry_id == entry_id:
        left = change(left, form_entry_id=None, form_sent_at=None)
    if left.open_entry_id == entry_id:
        left = change(left, open_entry_id=None, opened_at=None, opened_in=None, started_at=None)
        left = change(left, plan_version=None, planned_mg=None)
    if left.end_entry_id == entry_id:
        left = _not_ended(left)
    return change(left, status=_status(left))


def _not_ended(session: Session) -> Session:
    started_at = session.opened_at if session.kind is SessionKind.DOSING else None
    return change(session, end_entry_id=None, ended_at=None, ended_as=None, may_drive_from=None, started_at=started_at)


def _unswallowed(dose: Dose, entry_id: UUID) -> Dose:
    return change(dose, swallowed_in=None) if dose.swallowed_in == entry_id else dose


def _without_companion(session: Session, entry_id: UUID) -> Session:
    known = (*session.earlier_companions, session.companion) if session.companion else session.earlier_companions
    unverified = (change(c, verified_in=None) if c.verified_in == entry_id else c for c in known)
    there = [
        change(c, left_at=None, left_entry_id=None) if c.left_entry_id == entry_id else c
        for c in unverified
        if c.entry_id != entry_id
    ]
    return change(session, companion=there[-1] if there else None, earlier_companions=tuple(there[:-1]))


def _status(session: Session) -> SessionStatus:
    """How far a session has come; a cancelled or missed one stays so unless something happened in it."""
    if session.end_entry_id is not None:
        return SessionStatus.COMPLETED
    if session.doses:
        return SessionStatus.DOSED
    if session.opened_at is not None:
        return SessionStatus.CLEARED if session.clearance else SessionStatus.OPEN
    return session.called_off or SessionStatus.BOOKED
