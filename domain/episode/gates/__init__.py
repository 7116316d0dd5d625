"""The gates of a dosing session: which rules are asked at which checkpoint, in the order pages show them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from itertools import chain
from uuid import UUID

from domain.clinician.clinician import Clinicians
from domain.episode.episode import Episode
from domain.episode.gates.adverse_events import adverse_event_review
from domain.episode.gates.arranged import arranged
from domain.episode.gates.companion import companion
from domain.episode.gates.consent import consent
from domain.episode.gates.contraindications import contraindications
from domain.episode.gates.course import adult, course
from domain.episode.gates.documents import documents
from domain.episode.gates.eligibility import eligibility
from domain.episode.gates.follow_up import follow_up_before_more_doses, follow_up_not_overdue
from domain.episode.gates.gate import (
    Checkpoint,
    Gate,
    GatesAreClosed,
    Opens,
    Question,
    Rule,
    require_open,
)
from domain.episode.gates.guided import guided
from domain.episode.gates.high_risk import high_suicide_risk
from domain.episode.gates.holds import holds
from domain.episode.gates.intake import intake
from domain.episode.gates.integration import integration
from domain.episode.gates.interval import interval
from domain.episode.gates.legal_basis import legal_basis
from domain.episode.gates.licences import prescriber_licence, therapist
from domain.episode.gates.medicines_reviewed import medicines_reviewed
from domain.episode.gates.on_call import on_call
from domain.episode.gates.overridden import with_override
from domain.episode.gates.plan import plan
from domain.episode.gates.pregnancy import pregnancy
from domain.episode.gates.preparation import preparation
from domain.episode.gates.prescription import prescription
from domain.episode.gates.required_course import answered_lately, pace, way_allowed
from domain.episode.gates.safety_review import safety_review
from domain.episode.gates.tablets import tablets_add_up
from domain.episode.gates.the_day import ON_THE_DAY, RELEASE, SECOND_PART
from domain.episode.gates.urinary import urinary
from domain.episode.gates.weight import weight
from domain.episode.intake.intake import Way
from domain.episode.plan.under_protocol import protocol_of
from domain.episode.session.session import Session
from domain.network.network import Network
from domain.protocol.protocol import GateClass, Protocol

__all__ = ["RULES", "Checkpoint", "Gate", "GateClass", "GatesAreClosed", "Opens", "gates", "require_open"]

STANDING: tuple[Rule, ...] = (
    consent,
    eligibility,
    contraindications,
    plan,
    preparation,
    integration,
    follow_up_before_more_doses,
    interval,
    pace,
    way_allowed,
    guided,
    companion,
    safety_review,
    high_suicide_risk,
    adverse_event_review,
    holds,
    follow_up_not_overdue,
    prescriber_licence,
    therapist,
    arranged,
    prescription,
    legal_basis,
    medicines_reviewed,
    urinary,
    tablets_add_up,
    pregnancy,
    weight,
    answered_lately,
    intake,
    adult,
    course,
    on_call,
    documents,
)
"""Asked before a session opens and again before the dose is cleared: any of it may have changed meanwhile."""

RULES: Mapping[Checkpoint, tuple[Rule, ...]] = {
    Checkpoint.BOOK: STANDING,
    Checkpoint.OPEN: STANDING,
    Checkpoint.CLEAR: (*STANDING, *ON_THE_DAY),
    Checkpoint.SECOND_PART: (
        consent,
        eligibility,
        contraindications,
        plan,
        interval,
        safety_review,
        high_suicide_risk,
        adverse_event_review,
        holds,
        prescriber_licence,
        therapist,
        medicines_reviewed,
        urinary,
        prescription,
        pregnancy,
        course,
        on_call,
        *SECOND_PART,
    ),
    Checkpoint.RELEASE: RELEASE,
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
    dose_mg: Decimal | None = None,
) -> tuple[Gate, ...]:
    """All gates of a checkpoint as they stand at `now`, open and closed; for booking, `now` is the planned start."""
    session = episode.sessions.get(session_id) if session_id else None
    under = protocol_of(episode, network, protocol)
    asked = Question(checkpoint, now, under, network, clinicians, session, way or _way(episode, session), dose_mg)
    found = chain.from_iterable(rule(episode, asked) for rule in RULES[checkpoint])
    return tuple(with_override(gate, episode, session_id, now) for gate in found)


def _way(episode: Episode, session: Session | None) -> Way | None:
    if session is not None:
        return session.way
    return episode.plan.terms.ways[0] if episode.plan and len(episode.plan.terms.ways) == 1 else None
