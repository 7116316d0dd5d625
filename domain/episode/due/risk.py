"""What suicidal thoughts ask for: a screening on the same day, and after high risk every step of the way back."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.actor import Role
from domain.days import day_of
from domain.episode.due.obligation import Obligation, whose
from domain.episode.due.owner import owner_of_alert
from domain.episode.episode import Episode
from domain.episode.gates.gate import Question
from domain.episode.gates.high_risk import high_suicide_risk
from domain.episode.gates.holds import SAID
from domain.episode.gates.safety_review import newest_answers
from domain.episode.gates.words import at
from domain.episode.safety.holds import open_holds
from domain.episode.safety.safety import HoldReason
from domain.instrument import recorded_with, title_of


class Said(NamedTuple):
    """That the patient spoke of suicidal thoughts: when, when we knew, in which entry, in words."""

    at: datetime
    known_at: datetime
    entry_id: UUID
    words: str


def risk(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """The screening first; its result decides what follows."""
    yield from _screening(episode, asked)
    for gate in high_suicide_risk(episode, asked):
        if not gate.is_open:
            role = gate.opens.by or Role.PRESCRIBER
            is_theirs = role is Role.PRESCRIBER
            owner = owner_of_alert(episode, asked.now, asked.network)
            yield Obligation(
                key=gate.key,
                what="Way back from high suicide risk",
                why=f"{' '.join(gate.facts)} Missing: {gate.missing}.",
                with_role=role,
                with_id=owner.clinician_id if is_theirs else whose(episode, role, asked.now),
                rule=gate.rule,
                decision=gate.opens.decision,
                entries=gate.entries,
                blocks_dosing=True,
                is_safety=True,
            )


def _screening(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Due on the day we learned of it, until a screening was taken at that time or later."""
    screen = asked.protocol.risk_screen
    said = max(_spoken_of(episode, asked), key=lambda one: one.at, default=None)
    if screen is None or said is None:
        return
    taken = (o for o in episode.outcomes.values() if o.instrument == screen.instrument and o.safety_answer is not None)
    if any(outcome.taken_at >= said.at for outcome in taken):
        return
    title = title_of(screen.instrument)
    yield Obligation(
        key=f"risk_screen:{screen.instrument}",
        what=title,
        why=f"{said.words} The {title} is asked on the same day.",
        with_role=Role.THERAPIST,
        with_id=whose(episode, Role.THERAPIST, asked.now),
        due_on=day_of(said.known_at, asked.network.zone),
        rule="21",
        decision="record_outcome",
        entries=(said.entry_id,),
        is_safety=True,
    )


def _spoken_of(episode: Episode, asked: Question) -> Iterable[Said]:
    """The newest answers above 0, and what the patient said on the day of a dose."""
    zone = asked.network.zone
    for outcome in newest_answers(episode):
        instrument = recorded_with(outcome.instrument, outcome.instrument_version)
        if outcome.safety_item_is_positive and instrument.has_total:
            said = instrument.safety_words(outcome.safety_answer)
            words = f"{instrument.title} of {at(outcome.taken_at, zone)}: {said}."
            yield Said(outcome.taken_at, outcome.known_at or outcome.taken_at, outcome.entry_id, words)
    for hold in open_holds(episode):
        if hold.reason is HoldReason.SUICIDAL_THOUGHTS:
            words = f"{SAID[hold.reason].capitalize()}, {at(hold.placed_at, zone)}."
            yield Said(hold.placed_at, hold.known_at or hold.placed_at, hold.entry_id, words)
