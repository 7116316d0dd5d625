"""Whether an episode holds anything an alert may come of: asked of many episodes at once, so it reads no clock."""

from domain.episode.alert.alert import AlertKind, id_of
from domain.episode.alert.raising import SWALLOWED
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions
from domain.episode.session.session import Session, SessionEnd


def may_raise(episode: Episode) -> bool:
    """True for every episode that has an alert now or could have one later without another event."""
    return (
        any(hold.is_open for hold in episode.holds.values())
        or any(session.is_running for session in episode.sessions.values())
        or any(event.needs_review for event in episode.adverse_events.values())
        or any(d.reviewed_at is None and d.code == SWALLOWED for d in episode.deviations.values())
        or any(
            id_of(AlertKind.OVERRIDE_UNREAD, override) not in episode.acknowledgements for override in episode.overrides
        )
        or any(r.urinary is not None and not r.reviewed_by_prescriber for r in episode.symptom_reports.values())
        or episode.found_minor is not None
        or _waits_to_be_reached(episode)
    )


def _waits_to_be_reached(episode: Episode) -> bool:
    """After the latest dosed session nobody has reached the patient, and it matters already.

    Which session is the latest is asked only where any of them matters: this is a question of every event of a session.
    """
    if not any(_matters(session) for session in episode.sessions.values()):
        return False
    last = next(reversed(dosed_sessions(episode)), None)
    return last is not None and _matters(last)


def _matters(session: Session) -> bool:
    if session.checked_in_at is not None:
        return False
    return bool(session.check_in_attempts) or session.ended_as is SessionEnd.AGAINST_ADVICE
