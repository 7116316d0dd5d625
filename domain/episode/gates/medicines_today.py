"""Medicines on the day: those to hold were held, and whether any have changed was asked."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import count
from domain.episode.intake.intake import MedicineInstruction

ASK = Opens(act="Record the checklist.", decision="record_checklist", by=Role.THERAPIST)


def medicines_held(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Asked only where the prescriber listed a medicine to hold; nobody is told to stop one that is not listed."""
    listed = episode.intake.medicines if episode.intake else ()
    to_hold = [m for m in listed if m.instruction is MedicineInstruction.HOLD]
    if not to_hold:
        yield asked.open("+medicines_held", "medicines_held", "No medicine to hold.")
        return
    checklist = asked.checklist
    fact = f"{count(len(to_hold), 'medicine')} to hold."
    held = checklist.medicines_held if checklist else None
    if held:
        yield asked.open("+medicines_held", "medicines_held", fact)
        return
    opens = ASK if held is None else Opens(act="Wait, or a prescriber overrides.", by=Role.PRESCRIBER)
    yield asked.closed("+medicines_held", "medicines_held", fact, missing="the medicines held", opens=opens)


def medicines_asked(episode: Episode, asked: Question) -> Iterable[Gate]:
    """A change found today then waits for a prescriber, at its own gate."""
    checklist = asked.checklist
    if checklist is not None and checklist.medicines_changed is not None:
        yield asked.open("+medicines_changed", "medicines_asked", "Asked today.", entries=[checklist.entry_id])
        return
    missing = "the question whether medicines have changed"
    yield asked.closed("+medicines_changed", "medicines_asked", "Not asked today.", missing=missing, opens=ASK)
