"""A safety review: a prescriber answers for an answer above 0 on suicidal thoughts, once or standing."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.derived import derived_id
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.safety.holds import hold_of, open_holds
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.release_hold import HoldReleased
from domain.episode.safety.safety import SAFETY_HOLDS, HoldReason, StandingReview
from domain.episode.safety.signed_now import require_signed_now
from domain.event import Envelope, Event
from domain.instrument import load
from domain.network.network import Network
from domain.order import NewId, Order
from domain.protocol.protocol import Protocol
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change


class HoldIsNotASafetyHold(Refused):
    """This hold came from something other than suicidal thoughts. Release it by name, with a reason."""

    rule = "21"


class StandingReviewNeedsDosingToGoOn(Refused):
    """A standing review says that dosing may go on. Leave it out, or let dosing go on."""

    rule = "21"


class InstrumentHasNoSafetyItem(Refused):
    """{title} has no single question about suicidal thoughts for a standing review to rest on. Choose another."""

    rule = "21"


class StandingReviewHasEnded(Refused):
    """{until_on} has passed. Choose the last day on which the review still counts."""

    rule = "21"


class Standing(BaseModel):
    """'Proceed while the safety item is at most `up_to_score`, through the whole of `until_on`.'"""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instrument: str
    up_to_score: int = Field(ge=1, le=4)
    until_on: date


class SafetyReviewed(EpisodeEvent, stored_as="SafetyReviewed"):
    """A prescriber has dealt with suicidal thoughts that a questionnaire or the patient reported."""

    review_id: UUID
    hold_id: UUID | None = None
    done: Sealed[str]
    dosing_may_go_on: bool
    standing: Standing | None = None
    outcome_ids: tuple[UUID, ...] = ()
    """The outcomes the review answers for; none of them when it only stands for a while."""


class ReviewSafety(Order):
    review_id: NewId
    hold_id: UUID | None = None
    done: FreeText
    dosing_may_go_on: bool
    standing: Standing | None = None


@decides(Role.PRESCRIBER)
def review_safety(
    episode: Episode, order: ReviewSafety, *, network: Network, protocol: Protocol, now: datetime
) -> list[Event]:
    """Record a safety review; where dosing may go on it releases the hold it names, and no other."""
    if order.review_id in episode.safety_reviews:
        return []
    if order.dosing_may_go_on:
        require_signed_now(order, now, protocol)
    hold = hold_of(episode, order.hold_id) if order.hold_id else None
    if hold is not None and hold.reason not in SAFETY_HOLDS:
        raise HoldIsNotASafetyHold(field="hold_id")
    if order.standing is not None:
        _check_standing(order.standing, order.dosing_may_go_on, day_of(now, network.zone))
    reviewed = SafetyReviewed(
        review_id=order.review_id,
        hold_id=order.hold_id,
        done=order.done,
        dosing_may_go_on=order.dosing_may_go_on,
        standing=order.standing,
        outcome_ids=_outcomes_answered_for(episode, order),
    )
    if not order.dosing_may_go_on:
        return [reviewed, *_stop(episode, order.review_id)]
    if hold is None or not hold.is_open:
        return [reviewed]
    return [reviewed, HoldReleased(hold_id=hold.hold_id, reason=order.done)]


def _stop(episode: Episode, review_id: UUID) -> list[HoldPlaced]:
    """A review that says no holds dosing, also where a standing review or an earlier one had let it go on."""
    if any(hold.reason in SAFETY_HOLDS for hold in open_holds(episode)):
        return []
    return [HoldPlaced(hold_id=derived_id(review_id, "hold"), reason=HoldReason.SAFETY_ITEM)]


def _check_standing(standing: Standing, dosing_may_go_on: bool, today: date) -> None:
    instrument = load(standing.instrument)
    if not dosing_may_go_on:
        raise StandingReviewNeedsDosingToGoOn(field="dosing_may_go_on")
    if instrument.safety_item is None:  # nor on a level of the C-SSRS: moderate is reviewed each time
        raise InstrumentHasNoSafetyItem(field="standing.instrument", title=instrument.title)
    if standing.until_on < today:
        raise StandingReviewHasEnded(field="standing.until_on", until_on=standing.until_on)


def _outcomes_answered_for(episode: Episode, order: ReviewSafety) -> tuple[UUID, ...]:
    """What a review settles for good: nothing where it is standing, else the named hold's outcome or all known."""
    if not order.dosing_may_go_on or order.standing is not None:
        return ()
    positive = [outcome.outcome_id for outcome in episode.outcomes.values() if outcome.safety_item_is_positive]
    cause = episode.holds[order.hold_id].because_of if order.hold_id else None
    return tuple(outcome_id for outcome_id in positive if cause is None or outcome_id == cause)


@evolve.register
def _(event: SafetyReviewed, episode: Episode, envelope: Envelope) -> Episode:
    standing = episode.standing_reviews
    if event.standing is not None:
        stands = event.standing
        review = StandingReview(
            review_id=event.review_id,
            entry_id=envelope.event_id,
            instrument=stands.instrument,
            up_to_score=stands.up_to_score,
            until_on=stands.until_on,
            signed_at=envelope.occurred_at,
        )
        standing = (*standing, review)
    outcomes = {
        outcome_id: change(outcome, safety_review_id=event.review_id) if outcome_id in event.outcome_ids else outcome
        for outcome_id, outcome in episode.outcomes.items()
    }
    reviews = {**episode.safety_reviews, event.review_id: envelope.event_id}
    return change(episode, safety_reviews=reviews, standing_reviews=standing, outcomes=outcomes)
