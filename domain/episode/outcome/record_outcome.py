"""Recording an outcome measure: we score it, and suicidal thoughts stop dosing whatever the total says (rule 21)."""

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.outcome.dosed_before_known import dosed_before_known
from domain.episode.outcome.outcomes import ImportedFrom, Outcome, guarded_as
from domain.episode.outcome.scored import scored
from domain.episode.safety.high_risk import is_high, standing_review, suspended_for_safety
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import HoldReason
from domain.event import Envelope, Event
from domain.instrument import load
from domain.network.network import Network
from domain.order import NewId, Order
from domain.stream import change, put


class OutcomeRecorded(EpisodeEvent, stored_as="OutcomeRecorded", happened_in="taken_at"):
    """A questionnaire or rating was answered.

    Answers as given, and the score as this version of the instrument counts it; both can be computed again.

    `total` and `band` are None where too many items were left empty. `safety_answer` is None where the item was not
    asked: not screened, which is not zero. A triage has no total but a `level`, which is its band too; its
    `safety_answer` is the place of the level (C-SSRS: 0 none, 1 low, 2 moderate, 3 high).
    """

    outcome_id: UUID
    instrument: str
    instrument_version: str
    taken_at: datetime
    answers: tuple[int | None, ...] | None = None
    total: int | None
    band: str | None
    has_safety_item: bool
    safety_answer: int | None
    safety_item_is_positive: bool = False
    imported: ImportedFrom | None = None
    level: str | None = None

    @property
    def guarded_as(self) -> str:
        return guarded_as(self.instrument, self.instrument_version)


class RecordOutcome(Order):
    """Either the answers, one per item and None for an empty one, or a bare total."""

    outcome_id: NewId
    instrument: str
    instrument_version: str | None = None
    taken_at: AwareDatetime
    answers: tuple[int | None, ...] | None = Field(default=None, max_length=200)
    total: int | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER)
def record_outcome(episode: Episode, order: RecordOutcome, *, network: Network) -> list[Event]:
    """Record a questionnaire or rating. A positive safety item holds dosing unless a standing review covers it; high
    risk always does, and suspends the plan (case P5). A dose that came after the answer is told to the prescriber.
    """
    if order.outcome_id in episode.outcomes:
        return []
    recorded = outcome_of(order)
    answer, instrument, taken_at = recorded.safety_answer or 0, recorded.instrument, recorded.taken_at
    high = is_high(recorded)
    if not high:
        is_harmless = not recorded.safety_item_is_positive
        if is_harmless or is_covered(episode, instrument, answer, taken_at, network):
            return [recorded]
    hold = hold_because(HoldReason.HIGH_RISK if high else HoldReason.SAFETY_ITEM, order.outcome_id)
    dosed = dosed_before_known(episode, order.outcome_id, instrument, taken_at, is_high=high)
    return [recorded, hold, *(suspended_for_safety(episode) if high else []), *dosed]


def outcome_of(order: RecordOutcome, imported: ImportedFrom | None = None) -> OutcomeRecorded:
    """The outcome, scored."""
    instrument = load(order.instrument, order.instrument_version)
    found = scored(instrument, order.answers, order.total)
    return OutcomeRecorded(
        outcome_id=order.outcome_id,
        instrument=instrument.id,
        instrument_version=instrument.version,
        taken_at=order.taken_at,
        answers=found.answers,
        total=found.total,
        band=found.band,
        has_safety_item=instrument.asks_about_suicide,
        safety_answer=found.safety_answer,
        safety_item_is_positive=found.safety_item_is_positive,
        imported=imported,
        level=found.level,
    )


def is_covered(episode: Episode, instrument: str, answer: int, moment: datetime, network: Network) -> bool:
    """Whether a prescriber has said beforehand that dosing may go on with such an answer at that moment."""
    return standing_review(episode, instrument, answer, day_of(moment, network.zone)) is not None


@evolve.register
def _(event: OutcomeRecorded, episode: Episode, envelope: Envelope) -> Episode:
    outcome = Outcome(
        entry_id=envelope.event_id,
        outcome_id=event.outcome_id,
        instrument=event.instrument,
        instrument_version=event.instrument_version,
        taken_at=event.taken_at,
        total=event.total,
        has_safety_item=event.has_safety_item,
        safety_answer=event.safety_answer,
        safety_item_is_positive=event.safety_item_is_positive,
        answers=event.answers,
        is_imported=event.imported is not None,
        level=event.level,
        known_at=envelope.recorded_at,
        known_in=envelope.version,
    )
    return change(episode, outcomes=put(episode.outcomes, event.outcome_id, outcome))
