"""What limits an override: which rules admit one, who has to agree, and how often (clinical policy of overrides)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.episode.episode import Episode
from domain.episode.gates.follow_up import follow_up_due_on
from domain.episode.gates.gate import Gate, Question
from domain.episode.gates.words import on
from domain.episode.session.session import Session
from domain.protocol.protocol import GateClass, Protocol
from domain.refusal import Refused, SignInAgain

HOLD = "+hold"
"""A hold is released by name; an override would pass over all of them at once."""
THERAPIST_AGREES = frozenset({"7", "8"})
"""Preparation and integration are the therapist's to leave out."""
FOLLOW_UP = "10"
"""An overdue follow-up is passed over once in a course, and not for long."""


PARTS = {"15.booster": {"window": "the window", "vitals_since": "the vitals"}}
"""Rules that ask for things of different kinds, each to be judged and signed by itself."""


class SayWhatIsPassedOver(Refused):
    """Rule {wanted} asks for several things. Name the gate to pass over, one of: {gates}; each is signed by itself."""


class RuleIsUnknown(Refused):
    """The protocol has no rule {wanted}. Name the rule of the closed gate."""


class GateIsNotClosed(Refused):
    """No such gate of rule {wanted} is closed. Load the page again, and name one that is."""


class NobodyMayOverrideThis(Refused):
    """Nobody may override rule {wanted}, {name}. {way}"""


class SignInAgainToOverride(SignInAgain):
    """An override is signed in person. Confirm who you are, then sign it again."""


class TherapistHasToAgree(Refused):
    """Rule {wanted} is overridden only with the therapist's agreement. Ask the therapist, then say that they agree."""


class OverriddenBefore(Refused):
    """The overdue follow-up was passed over once in this course already. Hold the follow-up consult."""

    rule = "10"


class FollowUpIsTooLongOverdue(Refused):
    """The follow-up could be passed over until {until_on}. Hold the follow-up consult."""

    rule = "10"


class SecondPrescriberIsNeeded(Refused):
    """{why}, so a second prescriber of this network has to confirm it. Name one other than yourself."""


def check_rule(wanted: str, protocol: Protocol) -> None:
    """Refuse a rule that nobody may override."""
    try:
        rule = protocol.rule(wanted)
    except KeyError:
        raise RuleIsUnknown(field="rule", wanted=wanted[:20]) from None
    if rule.gate_class is not GateClass.OVERRIDE or wanted == HOLD:
        way = f"The way through: {rule.way}" if rule.way else ""
        raise NobodyMayOverrideThis(field="rule", wanted=wanted, name=rule.name, way=way)


def which_gate(wanted: str, named: str | None, closed: Sequence[Gate]) -> str | None:
    """The gate of that rule that is meant; None where the rule asks for one thing. Refuses where it is left open."""
    parts = PARTS.get(wanted)
    if parts is None:
        if named is not None and named not in {gate.key for gate in closed}:
            raise GateIsNotClosed(field="gate", wanted=wanted)
        return named
    keys = {gate.key for gate in closed}
    found = named or (keys.pop() if len(keys) == 1 else None)
    if found not in parts:
        raise SayWhatIsPassedOver(field="gate", wanted=wanted, gates=", ".join(parts))
    return found


def part_words(rule: str, gate: str | None) -> str:
    """The gate that an override names, in words; empty where it covers whatever the rule asks."""
    return PARTS.get(rule, {}).get(gate, gate.replace("_", " ")) if gate else ""


def check_agreement(wanted: str, therapist_agrees: bool) -> None:
    """Refuse to pass over the therapist's own work without them."""
    if wanted in THERAPIST_AGREES and not therapist_agrees:
        raise TherapistHasToAgree(field="therapist_agrees", wanted=wanted)


def check_follow_up(episode: Episode, wanted: str, asked: Question) -> None:
    """Refuse to pass over an overdue follow-up a second time, or long after its days of grace."""
    if wanted != FOLLOW_UP:
        return
    if any(override.rule == wanted and override.is_signed for override in episode.overrides.values()):
        raise OverriddenBefore(field="rule")
    due_on, numbers = follow_up_due_on(episode, asked), asked.plan_numbers(episode)
    if due_on is None:
        return
    until_on = due_on + timedelta(days=numbers.follow_up_grace_days.value + numbers.follow_up_override_days.value)
    if asked.today > until_on:
        raise FollowUpIsTooLongOverdue(field="rule", until_on=on(until_on))


def check_second_prescriber(
    episode: Episode, session: Session, second_id: UUID | None, by: Actor, protocol: Protocol, clinicians: Clinicians
) -> None:
    """Refuse a third override of a session, or one by whoever runs it, without a second prescriber to confirm it."""
    granted = sum(1 for override in episode.overrides.values() if override.session_id == session.session_id)
    runs_it = session.therapist_id == by.actor_id
    is_needed = runs_it or granted >= protocol.numbers.overrides_per_session.value
    if not is_needed and second_id is None:
        return
    why = f"This session has {granted} overrides already" if is_needed else "You asked for a second signature"
    why = "You run this session yourself" if runs_it else why
    second = clinicians.get(second_id) if second_id else None
    if second is None or second_id == by.actor_id or not second.is_active_as(Role.PRESCRIBER):
        raise SecondPrescriberIsNeeded(field="second_prescriber_id", why=why)
