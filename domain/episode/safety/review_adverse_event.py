"""Reviewing an adverse event. "Dosing may go on" releases its hold; a suspended plan is resumed apart from it."""

from enum import StrEnum
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.safety.holds import open_holds
from domain.episode.safety.release_hold import HoldReleased
from domain.episode.safety.safety import HoldReason
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class AdverseEventIsUnknown(Refused):
    """There is no such adverse event in this episode. Report it first."""

    rule = "25"


class Related(StrEnum):
    UNRELATED = "unrelated"
    UNLIKELY = "unlikely"
    POSSIBLE = "possible"
    PROBABLE = "probable"
    DEFINITE = "definite"


class AdverseEventAction(StrEnum):
    NONE = "none"
    WATCHED = "watched"
    DOSE_LOWERED = "dose_lowered"
    DOSING_PAUSED = "dosing_paused"
    TREATMENT_STOPPED = "treatment_stopped"
    TREATED = "treated"
    REFERRED = "referred"


class AdverseEventReviewed(EpisodeEvent, stored_as="AdverseEventReviewed"):
    """A prescriber reviewed an adverse event."""

    adverse_event_id: UUID
    related: Related
    expected: bool
    action: AdverseEventAction
    dosing_may_go_on: bool
    note: Sealed[str]


class ReviewAdverseEvent(Order):
    adverse_event_id: UUID
    related: Related
    expected: bool
    action: AdverseEventAction
    dosing_may_go_on: bool
    note: FreeText


@decides(Role.PRESCRIBER)
def review_adverse_event(episode: Episode, order: ReviewAdverseEvent) -> list[Event]:
    """Review an adverse event; a later review stands above an earlier one."""
    if (reported := episode.adverse_events.get(order.adverse_event_id)) is None:
        raise AdverseEventIsUnknown(field="adverse_event_id")
    if reported.reviewed_at is not None and reported.dosing_may_go_on == order.dosing_may_go_on:
        return []
    reviewed = AdverseEventReviewed(
        adverse_event_id=order.adverse_event_id,
        related=order.related,
        expected=order.expected,
        action=order.action,
        dosing_may_go_on=order.dosing_may_go_on,
        note=order.note,
    )
    if not order.dosing_may_go_on:
        return [reviewed]
    held = [hold for hold in open_holds(episode) if _is_its_hold(hold.reason, hold.because_of, order)]
    return [reviewed, *(HoldReleased(hold_id=hold.hold_id, reason=order.note) for hold in held)]


def _is_its_hold(reason: HoldReason, because_of: UUID | None, order: ReviewAdverseEvent) -> bool:
    return reason is HoldReason.ADVERSE_EVENT and because_of == order.adverse_event_id


@evolve.register
def _(event: AdverseEventReviewed, episode: Episode, envelope: Envelope) -> Episode:
    if (reported := episode.adverse_events.get(event.adverse_event_id)) is None:
        return episode
    reviewed = change(
        reported,
        reviewed_at=envelope.occurred_at,
        review_entry_id=envelope.event_id,
        dosing_may_go_on=event.dosing_may_go_on,
    )
    return change(episode, adverse_events=put(episode.adverse_events, event.adverse_event_id, reviewed))
