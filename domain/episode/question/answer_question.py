"""Answering a question; whoever asked closes it."""

from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import decides
from domain.episode.episode import Episode, EpisodeEvent, evolve
from domain.episode.question.which_question import open_question
from domain.event import Envelope, Event
from domain.order import Order
from domain.refusal import Refused
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class QuestionIsForAnother(Refused):
    """This question was asked of a {role}. Leave it to them, or ask a question of your own."""


class QuestionIsAnswered(Refused):
    """This question was answered already. Read the answer; to add to it, ask or answer anew."""


class QuestionAnswered(EpisodeEvent, stored_as="QuestionAnswered"):
    """A question about an entry was answered."""

    question_id: UUID
    answer: Sealed[str]


class AnswerQuestion(Order):
    question_id: UUID
    answer: FreeText


@decides(Role.THERAPIST, Role.PRESCRIBER)
def answer_question(episode: Episode, order: AnswerQuestion, *, by: Actor) -> list[Event]:
    """Answer; besides the person named, anybody of the role that was asked may."""
    asked = open_question(episode, order.question_id)
    if asked.answered_at is not None:
        raise QuestionIsAnswered(field="question_id")
    if by.actor_id != asked.clinician_id and not by.has(asked.role):
        raise QuestionIsForAnother(field="question_id", role=asked.role.value)
    return [QuestionAnswered(question_id=order.question_id, answer=order.answer)]


@evolve.register
def _(event: QuestionAnswered, episode: Episode, envelope: Envelope) -> Episode:
    if (asked := episode.questions.get(event.question_id)) is None:
        return episode
    answered = change(
        asked,
        answered_at=envelope.occurred_at,
        answered_by=envelope.actor_id,
        answer_entry_id=envelope.event_id,
    )
    return change(episode, questions=put(episode.questions, event.question_id, answered))
