"""Closing a question: whoever asked has what they need, or needs it no longer."""

from datetime import datetime
from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.question.question import AskedQuestion
from domain.episode.question.which_question import QuestionIsUnknown
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.stream import change, put


class OnlyWhoAskedCloses(Refused):
    """A question is closed by whoever asked it. Answer it, and leave the closing to them."""


class QuestionClosed(EpisodeEvent, stored_as="QuestionClosed"):
    """A question was closed, answered or not."""

    question_id: UUID


class CloseQuestion(Order):
    question_id: UUID


@decides(Role.THERAPIST, Role.PRESCRIBER)
def close_question(episode: Episode, order: CloseQuestion, *, by: Actor, now: datetime) -> list[Event]:
    """Close a question, answered or not. One whose asker has left the team is closed by anybody on it."""
    if (asked := episode.questions.get(order.question_id)) is None:
        raise QuestionIsUnknown(field="question_id")
    if asked.closed_at is not None:
        return []
    if by.actor_id != asked.asked_by and _is_there(episode, asked, now):
        raise OnlyWhoAskedCloses(field="question_id")
    return [QuestionClosed(question_id=order.question_id)]


def _is_there(episode: Episode, asked: AskedQuestion, now: datetime) -> bool:
    return any(member.clinician_id == asked.asked_by for member in episode.members_at(now))


@evolve.register
def _(event: QuestionClosed, episode: Episode, envelope: Envelope) -> Episode:
    if (asked := episode.questions.get(event.question_id)) is None:
        return episode
    closed = change(asked, closed_at=envelope.occurred_at)
    return change(episode, questions=put(episode.questions, event.question_id, closed))
