"""Reviewing a deviation: the prescriber has seen that a rule was broken. Holds are released apart from it."""

from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class DeviationIsUnknown(Refused):
    """There is no such deviation in this episode. Choose one of those listed."""


class DeviationReviewed(EpisodeEvent, stored_as="DeviationReviewed"):
    """A prescriber reviewed a deviation."""

    deviation_id: UUID
    note: Sealed[str]


class ReviewDeviation(Order):
    deviation_id: UUID
    note: FreeText


@decides(Role.PRESCRIBER)
def review_deviation(episode: Episode, order: ReviewDeviation) -> list[Event]:
    """Review a deviation."""
    if (deviation := episode.deviations.get(order.deviation_id)) is None:
        raise DeviationIsUnknown(field="deviation_id")
    if deviation.reviewed_at is not None:
        return []
    return [DeviationReviewed(deviation_id=order.deviation_id, note=order.note)]


@evolve.register
def _(event: DeviationReviewed, episode: Episode, envelope: Envelope) -> Episode:
    if (deviation := episode.deviations.get(event.deviation_id)) is None:
        return episode
    reviewed = change(deviation, reviewed_at=envelope.occurred_at, review_entry_id=envelope.event_id)
    return change(episode, deviations=put(episode.deviations, event.deviation_id, reviewed))
