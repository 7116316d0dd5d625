"""A review of the caseload was held: who was there, and what it recommends for this patient."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from domain.actor import Actor, Role
from domain.days import day_of
from domain.decision import decides
from domain.episode.coordination.coordination import CaseloadReview, Recommendation
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.gates.words import on
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import NewId, Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change


class CaseloadReviewHeld(EpisodeEvent, stored_as="CaseloadReviewHeld"):
    """A caseload review spoke about the patient and recommended something.

    One for each patient who came up; those of one meeting share `review_id`.
    """

    review_id: UUID
    held_on: date
    attendees: tuple[UUID, ...]
    recommendation: Recommendation
    note: Sealed[str] | None = None


class RecordCaseloadReview(Order):
    review_id: NewId
    held_on: date | None = None
    """Today, where left out."""
    attendees: tuple[UUID, ...] = Field(default=(), max_length=30)
    """Whoever records it was there too."""
    recommendation: Recommendation
    note: FreeText | None = None


class ReviewIsStillToCome(Refused):
    """{day} is in the future. Record the review once it was held."""


@decides(Role.PRESCRIBER, Role.THERAPIST, Role.COORDINATOR)
def record_caseload_review(
    episode: Episode, order: RecordCaseloadReview, *, by: Actor, network: Network, now: datetime
) -> list[Event]:
    """Record what was recommended; a flag for discussion is answered by it. It changes no plan by itself."""
    require_open_episode(episode)
    if episode.caseload_review is not None and episode.caseload_review.review_id == order.review_id:
        return []
    today = day_of(now, network.zone)
    held_on = order.held_on or today
    if held_on > today:
        raise ReviewIsStillToCome(field="held_on", day=on(held_on))
    return [
        CaseloadReviewHeld(
            review_id=order.review_id,
            held_on=held_on,
            attendees=tuple(dict.fromkeys((by.actor_id, *order.attendees))),
            recommendation=order.recommendation,
            note=order.note,
        )
    ]


@evolve.register
def _(event: CaseloadReviewHeld, episode: Episode, envelope: Envelope) -> Episode:
    last = episode.caseload_review
    if last is not None and last.held_on > event.held_on:
        return episode  # entered late: what was flagged for discussion after it was not discussed in it
    review = CaseloadReview(
        envelope.event_id, event.review_id, event.held_on, event.recommendation, was=last, answered=episode.discussion
    )
    return change(episode, caseload_review=review, discussion=None)
