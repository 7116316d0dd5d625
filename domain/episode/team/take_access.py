"""Open the episode as the prescriber on call: one step, a reason, a day, and the team is told (case E3)."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.team.access import Access
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import NewId, Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change


class NobodyHasCalledYou(Refused):
    """Only who is on call, their back-up and the medical director open an episode this way. Ask to join the team."""

    rule = "17"


class AccessBecause(StrEnum):
    """Why somebody from outside the team looks."""

    CALLED_IN_SESSION = "called_in_session"
    SUICIDE_RISK = "suicide_risk"
    ADVERSE_EVENT = "adverse_event"
    QUESTION_OF_THE_PATIENT = "question_of_the_patient"
    ALERT = "alert"
    OTHER = "other"


class TakeAccess(Order):
    access_id: NewId
    because: AccessBecause
    reason: FreeText
    """In a few words: who called, and what about."""


class AccessTaken(EpisodeEvent, stored_as="AccessTaken"):
    """Somebody from outside the care team has opened the episode, until a time."""

    access_id: UUID
    clinician_id: UUID
    because: AccessBecause
    reason: Sealed[str]
    until_at: datetime


@decides(Role.PRESCRIBER)
def take_access(
    episode: Episode, order: TakeAccess, *, by: Actor, network: Network, protocol: Protocol, now: datetime
) -> list[Event]:
    """Open an episode that one was called about. It counts from now, whatever time the order names."""
    if by.actor_id not in network.called_at(now):
        raise NobodyHasCalledYou
    if any(access.clinician_id == by.actor_id and access.is_in_force_at(now) for access in episode.accesses):
        return []
    return [
        AccessTaken(
            access_id=order.access_id,
            clinician_id=by.actor_id,
            because=order.because,
            reason=order.reason,
            until_at=now + timedelta(hours=hours_of(protocol)),
        )
    ]


def hours_of(protocol: Protocol) -> int:
    """How long access lasts; where a document does not say so, as long as an override."""
    return (protocol.numbers.access_hours or protocol.numbers.override_hours).value


@evolve.register
def _(event: AccessTaken, episode: Episode, envelope: Envelope) -> Episode:
    taken = Access(envelope.event_id, event.access_id, event.clinician_id, envelope.occurred_at, event.until_at)
    return change(episode, accesses=(*episode.accesses, taken))
