"""Prescription (rule 19): a reference is on record, not cancelled and not past its last day."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import on


def prescription(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Asked once there is a plan; schedule III references end after six calendar months (S:CFR-1306-22)."""
    if episode.plan is None:
        return
    known = sorted(episode.prescriptions.values(), key=lambda one: one.expires_on)
    valid = [one for one in known if one.is_valid_on(asked.today)]
    entries = [one.entry_id for one in valid or known[-1:]]
    if valid:
        yield asked.open("19", "prescription", f"Until {on(valid[-1].expires_on)}.", entries=entries)
        return
    fact = "None is recorded."
    if known:
        last = known[-1]
        fact = "It was cancelled." if last.is_cancelled else f"The last one ran out on {on(last.expires_on)}."
    opens = Opens(act="A prescriber records a new prescription.", decision="record_prescription", by=Role.PRESCRIBER)
    yield asked.closed("19", "prescription", fact, missing="a prescription that holds", opens=opens, entries=entries)
