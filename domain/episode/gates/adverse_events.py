"""Adverse event review (rule 25): after a grave event no dose until a prescriber says that dosing may go on."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import at
from domain.episode.safety.safety import AdverseEvent


def adverse_event_review(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed by a grave event without a review, and by a review that says stop."""
    stopping = [event for event in episode.adverse_events.values() if stops_dosing(event)]
    if not stopping:
        said = "None waits for a review." if episode.adverse_events else "None has been reported."
        yield asked.open("25", "adverse_events", said)
        return
    facts = [_said(event, asked.network.zone) for event in stopping]
    missing = "a review that lets dosing go on" if all(e.reviewed_at for e in stopping) else "a prescriber's review"
    opens = Opens(act="A prescriber reviews it.", decision="review_adverse_event", by=Role.PRESCRIBER)
    entries = [event.entry_id for event in stopping]
    yield asked.closed("25", "adverse_events", *facts, missing=missing, opens=opens, entries=entries)


def stops_dosing(event: AdverseEvent) -> bool:
    """A grave event that nobody reviewed, or any event whose review said that dosing stops."""
    return event.needs_review or event.dosing_may_go_on is False


def _said(event: AdverseEvent, zone: str) -> str:
    serious = ", serious" if event.serious else ""
    reviewed = f"; reviewed {at(event.reviewed_at, zone)}: dosing stops" if event.reviewed_at else ""
    term = event.term.replace("_", " ").capitalize()
    return f"{term} on {at(event.happened_at, zone)}, grade {event.grade}{serious}{reviewed}."
