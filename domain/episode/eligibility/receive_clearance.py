"""Record the answer to a request for medical clearance."""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class ClearanceWasNotRequested(Refused):
    """No such clearance was asked for in this episode. A prescriber requests it first."""

    rule = "2"


class ClearanceWasAnswered(Refused):
    """This clearance was answered already, otherwise. If that was wrong, mark the entry in error first."""

    rule = "2"


class ReceiveClearance(Order):
    clearance_id: UUID
    is_cleared: bool
    source: FreeText | None = None


class MedicalClearanceReceived(EpisodeEvent, stored_as="MedicalClearanceReceived"):
    """A medical clearance came back, cleared or not."""

    clearance_id: UUID
    is_cleared: bool
    source: Sealed[str] | None = None


@decides(Role.PRESCRIBER, Role.COORDINATOR)
def receive_clearance(episode: Episode, order: ReceiveClearance) -> list[Event]:
    """Record that the clearance came back, cleared or not; a prescriber then determines eligibility."""
    require_open_episode(episode)
    clearance = episode.clearances.get(order.clearance_id)
    if clearance is None:
        raise ClearanceWasNotRequested(field="clearance_id")
    if clearance.received_at is not None:
        if clearance.is_cleared is order.is_cleared:
            return []
        raise ClearanceWasAnswered(field="is_cleared")
    return [MedicalClearanceReceived(clearance_id=order.clearance_id, is_cleared=order.is_cleared, source=order.source)]


@evolve.register
def _(event: MedicalClearanceReceived, episode: Episode, envelope: Envelope) -> Episode:
    clearance = episode.clearances.get(event.clearance_id)
    if clearance is None:
        return episode
    answered = change(
        clearance, received_at=envelope.occurred_at, received_in=envelope.version, is_cleared=event.is_cleared
    )
    return change(episode, clearances=put(episode.clearances, event.clearance_id, answered))
