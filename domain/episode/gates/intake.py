"""Intake up to date: done, and gone through again after a long pause."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.eligibility import long_pause
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import at, count


def intake(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed without an intake, and after a long pause until it was updated."""
    found = episode.intake
    if found is None:
        opens = Opens(act="A prescriber completes the intake.", decision="complete_intake", by=Role.PRESCRIBER)
        yield asked.closed("+intake", "intake", "No intake yet.", missing="the intake consult", opens=opens)
        return
    looked_at = max(filter(None, [found.completed_at, found.updated_at]))
    fact = f"Last gone through {at(looked_at, asked.network.zone)}."
    pause = long_pause(episode, asked)
    if pause is not None and looked_at < pause.resumed_at:
        paused = f"The course was paused for {count(pause.days, 'day')}."
        opens = Opens(act="A prescriber updates the intake.", decision="update_intake", by=Role.PRESCRIBER)
        missing = "an update of the intake after the pause"
        yield asked.closed("+intake", "intake", fact, paused, missing=missing, opens=opens, entries=[found.entry_id])
        return
    yield asked.open("+intake", "intake", fact, entries=[found.entry_id])
