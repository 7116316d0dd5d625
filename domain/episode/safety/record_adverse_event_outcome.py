"""How an adverse event ended, or that it lasts: recorded apart from its grade and its review, at any time."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.actor import Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.words import on
from domain.episode.safety.review_adverse_event import AdverseEventIsUnknown
from domain.episode.safety.safety import DIED
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class AdverseEventOutcome(StrEnum):
    """The outcomes that reports of adverse events use (ICH E2B)."""

    RECOVERED = "recovered"
    RECOVERED_WITH_AFTER_EFFECTS = "recovered_with_after_effects"
    RECOVERING = "recovering"
    NOT_RECOVERED = "not_recovered"
    DIED = DIED
    UNKNOWN = "unknown"


LASTS = frozenset({AdverseEventOutcome.RECOVERING, AdverseEventOutcome.NOT_RECOVERED, AdverseEventOutcome.UNKNOWN})


class OutcomeIsOfAnotherDay(Refused):
    """{day} is {why}. Write the day on which it ended."""

    rule = "25"


class AdverseEventOutcomeRecorded(EpisodeEvent, stored_as="AdverseEventOutcomeRecorded"):
    """How an adverse event turned out was recorded."""

    adverse_event_id: UUID
    outcome: AdverseEventOutcome
    ended_on: date | None = None
    """None while it lasts."""
    note: Sealed[str] | None = None


class RecordAdverseEventOutcome(Order):
    adverse_event_id: UUID
    outcome: AdverseEventOutcome
    ended_on: date | None = None
    """Today, where left out and it has ended."""
    note: FreeText | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER)
def record_adverse_event_outcome(
    episode: Episode, order: RecordAdverseEventOutcome, *, network: Network, now: datetime
) -> list[Event]:
    """Record how it stands. It neither reviews the event nor lets dosing go on.

    Another outcome than before takes its place, and so does another day: a patient may die of what they seemed to have
    recovered from.
    """
    reported = episode.adverse_events.get(order.adverse_event_id)
    if reported is None:
        raise AdverseEventIsUnknown(field="adverse_event_id")
    today = day_of(now, network.zone)
    ended_on = None if order.outcome in LASTS else order.ended_on or today
    if ended_on is not None and ended_on > today:
        raise OutcomeIsOfAnotherDay(field="ended_on", day=on(ended_on), why="in the future")
    if ended_on is not None and ended_on < (began_on := day_of(reported.happened_at, network.zone)):
        raise OutcomeIsOfAnotherDay(field="ended_on", day=on(ended_on), why=f"before it began on {on(began_on)}")
    if reported.outcome == order.outcome and order.ended_on in (None, reported.ended_on):
        return []
    return [
        AdverseEventOutcomeRecorded(
            adverse_event_id=order.adverse_event_id, outcome=order.outcome, ended_on=ended_on, note=order.note
        )
    ]


@evolve.register
def _(event: AdverseEventOutcomeRecorded, episode: Episode, envelope: Envelope) -> Episode:
    reported = episode.adverse_events.get(event.adverse_event_id)
    if reported is None:
        return episode
    has_ended = event.ended_on is not None
    known = change(
        reported,
        outcome_entry_id=envelope.event_id if has_ended else None,
        outcome=event.outcome.value if has_ended else None,
        ended_on=event.ended_on,
    )
    return change(episode, adverse_events=put(episode.adverse_events, event.adverse_event_id, known))
