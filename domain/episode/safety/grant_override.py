"""Overriding a closed gate: a prescriber, signed in anew, for one rule and one session, with a reason.

It never changes a limit, and never opens what nobody may override.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import Field

from domain.actor import Actor, Role
from domain.clinician.clinician import Clinicians
from domain.decision import decides
from domain.episode.consent.consents import ConsentType
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates import Checkpoint, gates
from domain.episode.gates.consent import has_consent
from domain.episode.gates.gate import Gate, Question
from domain.episode.safety.override_limits import (
    SignInAgainToOverride,
    check_agreement,
    check_follow_up,
    check_rule,
    check_second_prescriber,
    which_gate,
)
from domain.episode.safety.safety import Override
from domain.episode.safety.signed_now import require_signed_now
from domain.episode.session.session import SessionKind, SessionStatus
from domain.episode.session.which_session import SessionIsOver, session_of
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import NewId, Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put
from domain.substance_use import RULES


class PregnancyNeedsItsOwnConsent(Refused):
    """An override for pregnancy needs the patient's consent to ketamine in pregnancy. Record the signature first."""

    rule = "+pregnancy"


class OverrideGranted(EpisodeEvent, stored_as="OverrideGranted"):
    """A prescriber passed over a closed gate, for one session, until a moment.

    `values_seen` are the facts the closed gate showed: dates and numbers, never names.
    """

    override_id: UUID
    rule: str
    gate: str | None = None
    """Which gate of a rule that asks for several things; None: whatever it asks."""
    session_id: UUID
    reason: Sealed[str]
    values_seen: tuple[str, ...]
    conditions: Sealed[str] | None = None
    expires_at: datetime
    second_prescriber_id: UUID | None = None
    therapist_agreed: bool = False
    waits_for_second: bool = False
    """It opens nothing until the second prescriber has confirmed it in person."""

    @property
    def leaves_in_full(self) -> bool:
        """That a rule about drinking was passed over says that somebody drank (42 CFR Part 2)."""
        return self.rule not in RULES


class GrantOverride(Order):
    override_id: NewId
    rule: str
    gate: str | None = Field(default=None, max_length=40)
    """Which gate, where the rule asks for several things: `window` or `vitals_since` of a booster. Left out: the one
    that is closed."""
    session_id: UUID
    reason: FreeText
    conditions: FreeText | None = None
    second_prescriber_id: UUID | None = None
    therapist_agrees: bool = False


@decides(Role.PRESCRIBER)
def grant_override(
    episode: Episode,
    order: GrantOverride,
    *,
    by: Actor,
    protocol: Protocol,
    network: Network,
    clinicians: Clinicians,
    now: datetime,
) -> list[Event]:
    """Open one closed gate for one session."""
    if order.override_id in episode.overrides:
        return []
    require_signed_now(order, now, protocol)
    check_rule(order.rule, protocol)
    session = session_of(episode, order.session_id, SessionKind.DOSING)
    if not (session.status is SessionStatus.BOOKED or session.is_running):
        raise SessionIsOver(field="session_id", status=session.status.value)
    if not by.reauthenticated:
        raise SignInAgainToOverride
    check_agreement(order.rule, order.therapist_agrees)
    asked = Question(Checkpoint.OPEN, now, protocol, network, clinicians, session, session.way)
    check_follow_up(episode, order.rule, asked)
    check_second_prescriber(episode, session, order.second_prescriber_id, by, protocol, clinicians)
    own = ConsentType.KETAMINE_IN_PREGNANCY
    if order.rule == "+pregnancy" and not has_consent(episode, own, now, protocol, network):
        raise PregnancyNeedsItsOwnConsent
    closed = _closed(episode, order, protocol, network, clinicians, now)
    named = which_gate(order.rule, order.gate, closed)
    return [
        OverrideGranted(
            override_id=order.override_id,
            rule=order.rule,
            gate=named,
            session_id=order.session_id,
            reason=order.reason,
            values_seen=_values_seen(gate for gate in closed if named in (None, gate.key)),
            conditions=order.conditions,
            expires_at=now + timedelta(hours=protocol.numbers.override_hours.value),
            second_prescriber_id=order.second_prescriber_id,
            therapist_agreed=order.therapist_agrees,
            waits_for_second=order.second_prescriber_id is not None,
        )
    ]


def _closed(
    episode: Episode,
    order: GrantOverride,
    protocol: Protocol,
    network: Network,
    clinicians: Clinicians,
    now: datetime,
) -> list[Gate]:
    """Every closed gate of this rule, at whichever checkpoint it is asked."""
    found: list[Gate] = []
    for checkpoint in Checkpoint:
        asked = gates(
            episode,
            checkpoint,
            now=now,
            protocol=protocol,
            network=network,
            clinicians=clinicians,
            session_id=order.session_id,
        )
        found += [gate for gate in asked if gate.rule == order.rule and not gate.is_open]
    return found


def _values_seen(closed: Iterable[Gate]) -> tuple[str, ...]:
    """The facts that these gates showed."""
    return tuple(dict.fromkeys(fact for gate in closed for fact in gate.facts))


@evolve.register
def _(event: OverrideGranted, episode: Episode, envelope: Envelope) -> Episode:
    override = Override(
        override_id=event.override_id,
        entry_id=envelope.event_id,
        rule=event.rule,
        gate=event.gate,
        session_id=event.session_id,
        granted_by=envelope.actor_id,
        granted_at=envelope.occurred_at,
        expires_at=event.expires_at,
        known_at=envelope.recorded_at,
        known_in=envelope.version,
        waits_for_second=event.waits_for_second,
        second_id=event.second_prescriber_id,
    )
    return change(episode, overrides=put(episode.overrides, event.override_id, override))
