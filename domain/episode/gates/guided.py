"""Guided session (rule 14): psycholytic never self-guided, any other only where plan and protocol say so."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question


def guided(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Asked of a session that was booked as self-guided, whenever and by whom it was booked."""
    session = asked.session
    if session is None or not session.self_guided:
        return
    plans_it = episode.plan is not None and episode.plan.terms.self_guided
    if plans_it and asked.protocol.self_guided_allowed and not session.is_psycholytic:
        yield asked.open("14", "guided", "The plan orders self-guided sessions.", entries=[session.entry_id])
        return
    fact = "A psycholytic session is never self-guided." if session.is_psycholytic else "It is booked as self-guided."
    opens = Opens(act="Book the session with a therapist.", decision="book_session", by=Role.THERAPIST)
    yield asked.closed("14", "guided", fact, missing="a guided session", opens=opens, entries=[session.entry_id])
