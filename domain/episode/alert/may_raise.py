"""Whether an episode holds anything an alert may come of: asked of many episodes at once, so it reads no clock."""

from domain.episode.alert.alert import AlertKind, id_of
from domain.episode.alert.raising import SWALLOWED
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions
from domain.episode.safety.holds import open_holds
from domain.episode.session.session import SessionEnd


def may_raise(episode: Episode) -> bool:
    """True for every episode that has an alert now or could have one later without another event."""
    return (
        bool(open_holds(episode))
        or any(session.is_running for session in episode.sessions.values())
        or any(event.needs_review for event in episode.adverse_events.values())
        or any(d.reviewed_at is None and d.code == SWALLOWED for d in episode.deviations.values())
        or any(
            id_of(AlertKind.OVERRIDE_UNREAD, override) not in episode.acknowledgements for override in episode.overrides
        )
        or any(r.urinary is not None and not r.reviewed_by_prescriber for r in episode.symptom_reports.values())
        or _waits_to_be_reached(episode)
    )


def _waits_to_be_reached(episode: Episode) -> bool:
    """After the latest dosed session nobody has reached the patient, and it matters already."""
    last = next(reversed(dosed_sessions(episode)), None)
    if last is None or last.checked_in_at is not None:
        return False
    return bool(last.check_in_attempts) or last.ended_as is SessionEnd.AGAINST_ADVICE
