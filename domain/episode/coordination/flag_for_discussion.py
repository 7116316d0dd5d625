"""Flag a patient for the next review of the caseload."""

from domain.actor import Role
from domain.decision import decides
from domain.episode.coordination.coordination import Discussion
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.refusals import require_open_episode
from domain.event import Envelope, Event
from domain.order import Order
from domain.sealed import FreeText, Sealed
from domain.stream import change


class DiscussionFlagged(EpisodeEvent, stored_as="DiscussionFlagged"):
    """The patient was put on the list of the next caseload review."""

    question: Sealed[str] | None = None


class FlagForDiscussion(Order):
    question: FreeText | None = None


@decides(Role.THERAPIST, Role.PRESCRIBER, Role.COORDINATOR)
def flag_for_discussion(episode: Episode, order: FlagForDiscussion) -> list[Event]:
    """Once flagged a patient stays flagged until a review was held."""
    require_open_episode(episode)
    return [] if episode.discussion is not None else [DiscussionFlagged(question=order.question)]


@evolve.register
def _(event: DiscussionFlagged, episode: Episode, envelope: Envelope) -> Episode:
    discussion = Discussion(envelope.event_id, envelope.occurred_at)
    return change(episode, discussion=discussion)
