"""Finding the question that an order names."""

from uuid import UUID

from domain.episode.episode import Episode
from domain.episode.question.question import AskedQuestion
from domain.refusal import Refused


class QuestionIsUnknown(Refused):
    """There is no such question in this episode. Choose one from its timeline."""


class QuestionIsClosed(Refused):
    """This question is closed. Ask a new one about the same entry."""


def open_question(episode: Episode, question_id: UUID) -> AskedQuestion:
    """The question of that id; refuses one that is closed."""
    if (found := episode.questions.get(question_id)) is None:
        raise QuestionIsUnknown(field="question_id")
    if found.closed_at is not None:
        raise QuestionIsClosed(field="question_id")
    return found
