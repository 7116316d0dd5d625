"""The right patient and the right medicine: two identifiers spoken, the label compared, the medicine in hand."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.dosing.dose_arithmetic import plain
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question

ASK = Opens(act="Record the checklist.", decision="record_checklist", by=Role.THERAPIST)


def identity(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Three gates of one rule: a wrong patient, a wrong strength and an empty hand are told apart."""
    checklist = asked.checklist
    yield _gate(asked, "two_identifiers", bool(checklist and checklist.two_identifiers), "two identifiers, spoken")
    in_hand = bool(checklist and checklist.medicine_in_hand)
    yield _gate(asked, "medicine_in_hand", in_hand, "the medicine in the patient's hand")
    ordered = episode.plan.terms.tablets.strength_mg if episode.plan else None
    label = checklist.label_strength_mg if checklist else None
    if label is None or ordered is None:
        yield _gate(asked, "label", False, "the strength on the label")
        return
    fact = f"The label says {plain(label)} mg, the plan {plain(ordered)} mg."
    pieces = f"{episode.plan.terms.tablets.form.piece}s" if episode.plan else "tablets"
    yield _gate(asked, "label", label == ordered, f"{pieces} of {plain(ordered)} mg", fact)


def _gate(asked: Question, key: str, is_so: bool, missing: str, *facts: str) -> Gate:
    if is_so:
        return asked.open("+identity", key, *facts)
    return asked.closed("+identity", key, *facts, missing=missing, opens=ASK)
