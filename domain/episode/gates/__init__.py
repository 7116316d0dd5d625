"""The gates of a dosing session: which rules are asked at which checkpoint, in the order pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING
from uuid import UUID

from domain.episode.episode import Episode
from domain.episode.gates.gate import (
    Checkpoint,
    Gate,
    GateClass,
    GatesAreClosed,
    Opens,
    Question,
    Rule,
    require_open,
    with_override,
)
from domain.episode.intake.intake import Way
from domain.episode.session.session import Session

if TYPE_CHECKING:
    from domain.clinician.clinician import Clinicians
    from domain.network.network import Network
    from domain.protocol.protocol import Protocol

__all__ = ["RULES", "Checkpoint", "Gate", "GateClass", "GatesAreClosed", "Opens", "gates", "require_open"]

STANDING: tuple[Rule, ...] = ()
"""Asked before a session opens and again before the dose is cleared: any of it may have changed meanwhile."""

RULES: Mapping[Checkpoint, tuple[Rule, ...]] = {
    Checkpoint.BOOK: STANDING,
    Checkpoint.OPEN: STANDING,
    Checkpoint.CLEAR: STANDING,
    Checkpoint.SECOND_PART: (),
    Checkpoint.RELEASE: (),
}


def gates(
    episode: Episode,
    checkpoint: Checkpoint,
    *,
    now: datetime,
    protocol: Protocol,
    network: Network,
    clinicians: Clinicians,
    session_id: UUID | None = None,
    way: Way | None = None,
) -> tuple[Gate, ...]:
    """All gates of a checkpoint as they stand at `now`, open and closed; for booking, `now` is the planned start."""
    session = episode.sessions.get(session_id) if session_id else None
    asked = Question(checkpoint, now, protocol, network, clinicians, session, way or _way(episode, session))
    found = chain.from_iterable(rule(episode, asked) for rule in RULES[checkpoint])
    return tuple(with_override(gate, episode, session_id, now) for gate in found)


def _way(episode: Episode, session: Session | None) -> Way | None:
    if session is not None:
        return session.way
    return episode.plan.terms.ways[0] if episode.plan and len(episode.plan.terms.ways) == 1 else None
