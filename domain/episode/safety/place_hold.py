"""Placing a hold: anyone who cares for the patient stops dosing, with one field and at any time."""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.derived import derived_id
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.safety.safety import Hold, HoldReason
from domain.episode.session.which_session import session_of
from domain.event import Envelope, Event
from domain.order import NewId, Order
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class HoldPlaced(EpisodeEvent, stored_as="HoldPlaced"):
    """Dosing stops until a prescriber releases this hold by name."""

    hold_id: UUID
    reason: HoldReason
    session_id: UUID | None = None
    because_of: UUID | None = None
    """The outcome, set of vitals, dose or adverse event it came from."""
    note: Sealed[str] | None = None


class PlaceHold(Order):
    hold_id: NewId
    reason: HoldReason
    session_id: UUID | None = None
    note: FreeText | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def place_hold(episode: Episode, order: PlaceHold) -> list[Event]:
    """Stop dosing."""
    if order.hold_id in episode.holds:
        return []
    if order.session_id is not None:
        session_of(episode, order.session_id)
    return [HoldPlaced(hold_id=order.hold_id, reason=order.reason, session_id=order.session_id, note=order.note)]


def hold_because(reason: HoldReason, cause: UUID, session_id: UUID | None = None) -> HoldPlaced:
    """The hold that follows from something recorded in the same decision; `cause` is that thing's own id."""
    hold_id = derived_id(cause, "hold", reason)
    return HoldPlaced(hold_id=hold_id, reason=reason, session_id=session_id, because_of=cause)


@evolve.register
def _(event: HoldPlaced, episode: Episode, envelope: Envelope) -> Episode:
    hold = Hold(
        hold_id=event.hold_id,
        entry_id=envelope.event_id,
        reason=event.reason,
        placed_at=envelope.occurred_at,
        placed_by=envelope.actor_id,
        session_id=event.session_id,
        because_of=event.because_of,
        known_at=envelope.recorded_at,
        known_in=envelope.version,
    )
    return change(episode, holds=put(episode.holds, event.hold_id, hold))
