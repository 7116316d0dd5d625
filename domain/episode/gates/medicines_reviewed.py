"""Medicines: no dose on a change, or on a medicine, that no prescriber has looked at."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import at, count
from domain.episode.intake.intake import MedicineInstruction


def medicines_reviewed(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed after a change until reviewed, and while a medicine of the list has no instruction."""
    if episode.intake is None:
        return
    facts = []
    if (changed := episode.medicines_changed) is not None:
        facts.append(f"Medicines changed {at(changed.at, asked.network.zone)}, not reviewed.")
    unreviewed = [m for m in episode.intake.medicines if m.instruction is MedicineInstruction.NOT_REVIEWED]
    if unreviewed:
        facts.append(f"{count(len(unreviewed), 'unreviewed medicine')} on the list.")
    entries = [episode.intake.entry_id]
    if not facts:
        yield asked.open("+medicines_changed", "medicines_reviewed", "Reviewed by a prescriber.", entries=entries)
        return
    opens = Opens(act="A prescriber reviews the medicines.", decision="review_medicines", by=Role.PRESCRIBER)
    missing = "a prescriber's look at the medicines"
    rule, key = "+medicines_changed", "medicines_reviewed"
    yield asked.closed(rule, key, *facts, missing=missing, opens=opens, entries=entries)
