"""Where the patient is today: asked before every session that is not in person, and never taken from the last one."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import at
from domain.episode.intake.intake import Way


def place(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Today's address and a number to call back, and somebody to call in an emergency."""
    if asked.way is Way.IN_PERSON:
        return
    if episode.intake is not None and not episode.intake.has_emergency_contact:
        opens = Opens(act="The emergency contact is recorded.", decision="update_intake", by=Role.PRESCRIBER)
        yield asked.closed("+place", "emergency_contact", missing="an emergency contact", opens=opens)
    today = asked.session.place if asked.session else None
    if today is not None and asked.is_of_this_sitting(today.confirmed_at):
        said = f"In {today.state}, confirmed {at(today.confirmed_at, asked.network.zone)}."
        yield asked.open("+place", "place", said, entries=[today.entry_id])
        return
    opens = Opens(act="Ask where the patient is.", decision="confirm_place", by=Role.THERAPIST)
    yield asked.closed("+place", "place", missing="today's address and call-back number", opens=opens)
