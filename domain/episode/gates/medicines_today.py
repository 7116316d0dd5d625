"""Medicines on the day: those to hold were held, and whether any have changed was asked."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import at, count
from domain.episode.intake.intake import MedicineClass, MedicineInstruction

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
    if checklist is not None and checklist.held_medicine_last_taken_at is not None:
        hours = max((m.hold_hours for m in to_hold if m.hold_hours is not None), default=None)
        counted = _by_the_hours(asked, fact, checklist.held_medicine_last_taken_at, hours, is_held=bool(held))
        if held is not False or not counted.is_open:
            yield counted
            return
    if held:
        yield asked.open("+medicines_held", "medicines_held", fact)
        return
    opens = ASK if held is None else Opens(act="Wait, or a prescriber overrides.", by=Role.PRESCRIBER)
    yield asked.closed("+medicines_held", "medicines_held", fact, missing="the medicines held", opens=opens)


def _by_the_hours(asked: Question, fact: str, taken_at: datetime, hours: int | None, is_held: bool) -> Gate:
    """The longest hold on the list, in real hours since the last one taken, also where they count as held (M2)."""
    zone = asked.network.zone
    if hours is None:
        said = f"{fact} The last was taken {at(taken_at, zone)}; the list says no hours."
        if is_held:
            return asked.open("+medicines_held", "medicines_held", said)
        return asked.closed("+medicines_held", "medicines_held", said, missing="the medicines held", opens=ASK)
    said = f"{fact} The last was taken {at(taken_at, zone)}; {count(hours, 'hour')} are asked."
    opens_at = taken_at + timedelta(hours=hours)
    if asked.now >= opens_at:
        return asked.open("+medicines_held", "medicines_held", said)
    act = f"Wait until {at(opens_at, zone)}, or a prescriber overrides."
    missing = f"{count(hours, 'hour')} without the medicines to hold"
    opens = Opens(at=opens_at, act=act, by=Role.PRESCRIBER)
    return asked.closed("+medicines_held", "medicines_held", said, missing=missing, opens=opens)


def takes_pressure_medicine(episode: Episode) -> bool:
    """Whether the list has one against high blood pressure that is not to be held."""
    listed = episode.intake.medicines if episode.intake else ()
    pressure = (m for m in listed if m.medicine_class is MedicineClass.ANTIHYPERTENSIVE)
    return any(m.instruction is not MedicineInstruction.HOLD for m in pressure)


def medicines_asked(episode: Episode, asked: Question) -> Iterable[Gate]:
    """A change found today then waits for a prescriber, at its own gate."""
    checklist = asked.checklist
    if checklist is not None and checklist.medicines_changed is not None:
        yield asked.open("+medicines_changed", "medicines_asked", "Asked today.", entries=[checklist.entry_id])
        return
    missing = "the question whether medicines have changed"
    yield asked.closed("+medicines_changed", "medicines_asked", "Not asked today.", missing=missing, opens=ASK)
