"""Whether a dose may be taken at a moment: the gates of whatever comes next, under the protocol in force then."""

from domain.clinician.clinician import Clinicians
from domain.episode.due.sessions import next_booked
from domain.episode.episode import Episode
from domain.episode.gates import Checkpoint, Gate, gates
from domain.episode.session.session import Session, SessionKind
from projections.replay.line import StateLine, Surroundings


def dose_gates(episode: Episode, around: Surroundings, clinicians: Clinicians) -> tuple[Gate, ...]:
    """The gates of the running session, else of the next one; none for imported, closed or unopened episodes."""
    is_asked = episode.referred_at is not None and not episode.is_imported and episode.closed_at is None
    if not is_asked or around.protocol is None:
        return ()
    running = next((session for session in episode.sessions.values() if session.is_running), None)
    session = running or next_booked(episode, SessionKind.DOSING)
    return gates(
        episode,
        _checkpoint(running),
        now=around.now,
        protocol=around.protocol,
        network=around.network,
        clinicians=clinicians,
        session_id=session.session_id if session else None,
    )


def may_a_dose_be_taken(asked: tuple[Gate, ...]) -> StateLine | None:
    """The answer in one line; None where the question does not arise."""
    if not asked:
        return None
    closed = [gate for gate in asked if gate.stands_in_the_way]
    if not closed:
        return StateLine("dose_gates", "May a dose be taken?", f"yes: all {len(asked)} gates are open")
    first, others = closed[0], len(closed) - 1
    more = f", and {others} more" if others else ""
    rule = f" (rule {first.rule})" if first.rule[:1].isdigit() else ""
    return StateLine("dose_gates", "May a dose be taken?", f"no: missing {first.missing}{rule}{more}")


def _checkpoint(running: Session | None) -> Checkpoint:
    if running is None:
        return Checkpoint.OPEN
    return Checkpoint.SECOND_PART if running.is_dosed else Checkpoint.CLEAR
