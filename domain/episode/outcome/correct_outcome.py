"""Correcting an outcome: both values stay visible, and no hold is lifted by it."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.actor import Role
from domain.decision import decides
from domain.derived import derived_id
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.outcome.dosed_before_known import dosed_before_known
from domain.episode.outcome.outcomes import Outcome, guarded_as
from domain.episode.outcome.record_outcome import is_covered
from domain.episode.outcome.scored import Scored, scored
from domain.episode.safety.high_risk import is_high, suspended_for_safety
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.safety import HoldReason
from domain.event import Envelope, Event
from domain.instrument import load
from domain.network.network import Network
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class OutcomeIsUnknown(Refused):
    """There is no such outcome in this episode. Record it first."""

    rule = "29"


class OutcomeCorrected(EpisodeEvent, stored_as="OutcomeCorrected", happened_in="taken_at"):
    """A questionnaire or rating was corrected; the total it had stands beside the new one.

    `replaces` is the entry that recorded the values before: the first one or an earlier correction.
    """

    outcome_id: UUID
    replaces: UUID
    answers: tuple[int | None, ...] | None = None
    total: int | None
    was_total: int | None
    band: str | None
    safety_answer: int | None
    was_safety_answer: int | None
    safety_item_is_positive: bool = False
    taken_at: datetime
    reason: Sealed[str]
    level: str | None = None
    was_level: str | None = None
    instrument: str | None = None
    """None in what was recorded before corrections named it."""

    @property
    def guarded_as(self) -> str:
        return guarded_as(self.instrument) if self.instrument else self.sensitivity


class CorrectOutcome(Order):
    """What the outcome should have been, whole: answers or total, and when it was taken if that was wrong."""

    outcome_id: UUID
    answers: tuple[int | None, ...] | None = Field(default=None, max_length=200)
    total: int | None = None
    taken_at: AwareDatetime | None = None
    reason: FreeText


@decides(Role.THERAPIST, Role.PRESCRIBER)
def correct_outcome(episode: Episode, order: CorrectOutcome, *, network: Network) -> list[Event]:
    """Correct an outcome that was entered wrongly."""
    if (outcome := episode.outcomes.get(order.outcome_id)) is None:
        raise OutcomeIsUnknown(field="outcome_id")
    found = scored(load(outcome.instrument, outcome.instrument_version), order.answers, order.total)
    taken_at = order.taken_at or outcome.taken_at
    if (found.total, found.answers, taken_at) == (outcome.total, outcome.answers, outcome.taken_at):
        return []
    corrected = _corrected(outcome, order, found, taken_at)
    high = is_high(corrected)
    dosed = dosed_before_known(episode, outcome.outcome_id, outcome.instrument, taken_at, is_high=high)
    if not _asks_anew(episode, outcome, corrected, network):
        return [corrected, *(dosed if _is_earlier(episode, outcome, corrected, network) else [])]
    reason = HoldReason.HIGH_RISK if high else HoldReason.SAFETY_ITEM
    hold_id = derived_id(outcome.outcome_id, "corrected", outcome.entry_id, taken_at, found.safety_answer, "hold")
    suspended = suspended_for_safety(episode) if high else []
    return [corrected, HoldPlaced(hold_id=hold_id, reason=reason, because_of=outcome.outcome_id), *suspended, *dosed]


def _asks_anew(episode: Episode, outcome: Outcome, corrected: OutcomeCorrected, network: Network) -> bool:
    """A correction that raises the safety answer; a review of the lower one does not cover it."""
    answer = corrected.safety_answer or 0
    if outcome.is_imported or not corrected.safety_item_is_positive or answer <= (outcome.safety_answer or 0):
        return False
    return is_high(corrected) or not is_covered(episode, outcome.instrument, answer, corrected.taken_at, network)


def _is_earlier(episode: Episode, outcome: Outcome, corrected: OutcomeCorrected, network: Network) -> bool:
    """Suicidal thoughts that were there before it was known: a dose in between was given without knowing of them."""
    if outcome.is_imported or not corrected.safety_item_is_positive or corrected.taken_at >= outcome.taken_at:
        return False
    answer = corrected.safety_answer or 0
    return is_high(corrected) or not is_covered(episode, outcome.instrument, answer, corrected.taken_at, network)


def _corrected(outcome: Outcome, order: CorrectOutcome, found: Scored, taken_at: datetime) -> OutcomeCorrected:
    return OutcomeCorrected(
        outcome_id=outcome.outcome_id,
        replaces=outcome.entry_id,
        answers=found.answers,
        total=found.total,
        was_total=outcome.total,
        band=found.band,
        safety_answer=found.safety_answer,
        was_safety_answer=outcome.safety_answer,
        safety_item_is_positive=found.safety_item_is_positive,
        taken_at=taken_at,
        reason=order.reason,
        level=found.level,
        was_level=outcome.level,
        instrument=outcome.instrument,
    )


@evolve.register
def _(event: OutcomeCorrected, episode: Episode, envelope: Envelope) -> Episode:
    if (outcome := episode.outcomes.get(event.outcome_id)) is None:
        return episode
    rose = (event.safety_answer or 0) > (event.was_safety_answer or 0)
    corrected = change(
        outcome,
        entry_id=envelope.event_id,
        was=outcome,
        total=event.total,
        answers=event.answers,
        safety_answer=event.safety_answer,
        safety_item_is_positive=event.safety_item_is_positive,
        level=event.level,
        taken_at=event.taken_at,
        known_at=envelope.recorded_at,
        known_in=envelope.version,
        safety_review_id=None if rose else outcome.safety_review_id,
    )
    return change(episode, outcomes=put(episode.outcomes, event.outcome_id, corrected))
