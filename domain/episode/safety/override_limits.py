"""What limits an override: which rules admit one, who has to agree, and how often (clinical policy of overrides)."""

from datetime import timedelta
from uuid import UUID

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.episode.episode import Episode
from domain.episode.gates.follow_up import follow_up_due_on
from domain.episode.gates.gate import Question
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


class RuleIsUnknown(Refused):
    """The protocol has no rule {wanted}. Name the rule of the closed gate."""


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
