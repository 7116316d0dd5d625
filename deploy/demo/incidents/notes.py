"""Notes signed, read and asked for; a question about a dose, and its answer."""

from datetime import datetime, timedelta

from deploy.demo import measures
from deploy.demo.ordinary_course import so_far
from deploy.demo.story import Story
from domain.episode.document.add_addendum import add_addendum
from domain.episode.document.ask_co_signature import ask_co_signature
from domain.episode.document.ask_for_document import ask_for_document
from domain.episode.document.co_sign_document import co_sign_document
from domain.episode.dosing.record_dose import record_dose
from domain.episode.outcome.record_outcome import record_outcome
from domain.episode.question.answer_question import answer_question
from domain.episode.question.ask_question import ask_question
from domain.episode.question.close_question import close_question


def notes_and_questions(story: Story, now: datetime) -> None:
    """A session record co-signed, a question about the dose answered; one note and one answer are still owed."""
    so_far(story, scores=(20, 17))
    record = story.id("note", story.id("dosing", 1))
    asked = {"document_id": record, "role": "prescriber", "due_on": story.day(23)}
    story.step(story.at(16, "17:34"), story.therapist, ask_co_signature, **asked)
    more = {"addendum_id": story.id("addendum", 1), "document_id": record}
    text = "Added the next day: the kitchen was the one of the summer before she died."
    story.step(story.at(20, "08:10"), story.therapist, add_addendum, text=text, **more)
    story.step(story.at(21, "09:05"), story.prescriber, co_sign_document, document_id=record, addenda=1)
    story.beat("co-signed")
    _question_and_answer(story)
    wanted = {"kind": "progress_note", "role": "therapist", "due_on": story.day(44)}
    story.step(story.at(37, "09:20"), story.prescriber, ask_for_document, **wanted)
    story.beat("a note is asked for")
    measures.symptoms(story, story.at(38, "18:30"), 16)
    unsure = {"topic": "other", "role": "prescriber", "due_on": story.day(45), "question_id": story.id("question", 2)}
    question = "Hardly better after two sessions. Do we talk about the antidepressant before we go on?"
    measured = story.event_id_of_last(record_outcome)
    story.step(story.at(41, "09:10"), story.therapist, ask_question, event_id=measured, question=question, **unsure)
    story.beat("a question is open")


def _question_and_answer(story: Story) -> None:
    question_id = story.id("question", 1)
    asked = {"question_id": question_id, "topic": "dose", "role": "therapist", "due_on": story.day(40)}
    words = "Spat out before the twelve minutes were over? The effect came late."
    at, dose = story.at(34, "10:00"), story.event_id_of_last(record_dose)
    story.step(at, story.prescriber, ask_question, event_id=dose, question=words, **asked)
    story.beat("a question is asked")
    answered = {
        "question_id": question_id,
        "answer": "No, the full time, by the clock on the wall. He had eaten little.",
    }
    story.step(at + timedelta(hours=3), story.therapist, answer_question, **answered)
    story.step(at + timedelta(hours=4), story.prescriber, close_question, question_id=question_id)
    story.beat("it is answered and closed")
