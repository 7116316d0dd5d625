"""Asking a question about any entry of the episode: of a person, or of a role."""

from datetime import date, datetime
from uuid import UUID

from domain.actor import Role
from domain.decision import decides
from domain.episode.document.asking import AskSomebody, require_may_be_asked
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.question.question import AskedQuestion, QuestionTopic
from domain.event import Envelope, Event, Recorded
from domain.network.network import Network
from domain.order import NewId
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class QuestionIsAboutNothing(Refused):
    """There is no such entry in this episode. Open the entry in the timeline and ask there."""


class QuestionAsked(EpisodeEvent, stored_as="QuestionAsked"):
    """A question about an entry was asked of somebody, or of a role."""

    question_id: UUID
    about_entry_id: UUID
    topic: QuestionTopic
    question: Sealed[str]
    role: Role
    clinician_id: UUID | None = None
    due_on: date | None = None


class AskQuestion(AskSomebody):
    question_id: NewId
    event_id: UUID
    topic: QuestionTopic
    question: FreeText


@decides(Role.THERAPIST, Role.PRESCRIBER)
def ask_question(
    episode: Episode, order: AskQuestion, *, entry: Recorded | None, network: Network, now: datetime
) -> list[Event]:
    """Ask about an entry; the question stands beside it and on the other's list until it is answered."""
    if order.question_id in episode.questions:
        return []
    if entry is None or entry.envelope.event_id != order.event_id:
        raise QuestionIsAboutNothing(field="event_id")
    require_may_be_asked(episode, order, now, network)
    return [
        QuestionAsked(
            question_id=order.question_id,
            about_entry_id=order.event_id,
            topic=order.topic,
            question=order.question,
            role=order.role,
            clinician_id=order.clinician_id,
            due_on=order.due_on,
        )
    ]


@evolve.register
def _(event: QuestionAsked, episode: Episode, envelope: Envelope) -> Episode:
    asked = AskedQuestion(
        entry_id=envelope.event_id,
        question_id=event.question_id,
        about_entry_id=event.about_entry_id,
        role=event.role,
        clinician_id=event.clinician_id,
        asked_by=envelope.actor_id,
        asked_as=envelope.actor_role,
        asked_at=envelope.occurred_at,
        due_on=event.due_on,
    )
    return change(episode, questions=put(episode.questions, event.question_id, asked))
