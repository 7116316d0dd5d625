"""A patient who could have gone home and has not: after so many minutes the prescriber is told (case B1)."""

from collections.abc import Iterable
from datetime import timedelta

from domain.actor import Role
from domain.episode.dosing.observation import observed_until
from domain.episode.due.obligation import Obligation, whose
from domain.episode.episode import Episode
from domain.episode.gates.gate import Question
from domain.episode.gates.words import clock


def late_release(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """From then on until the session ends; it never ends by a timer."""
    minutes = asked.protocol.numbers.release_late_minutes.value
    for session in episode.sessions.values():
        until = observed_until(session, episode.plan.terms if episode.plan else None, asked.protocol.numbers)
        if not session.is_running or until is None or asked.now <= until + timedelta(minutes=minutes):
            continue
        yield Obligation(
            key=f"late_release:{session.session_id}",
            what=f"Dosing session {session.number}: not released",
            why=f"Watched until {clock(until, asked.network.zone)}; not released {minutes} minutes later.",
            with_role=Role.PRESCRIBER,
            with_id=whose(episode, Role.PRESCRIBER, asked.now),
            due_at=until + timedelta(minutes=minutes),
            rule="+observation",
            decision="end_dosing_session",
            entries=(session.entry_id,),
            is_safety=True,
        )
