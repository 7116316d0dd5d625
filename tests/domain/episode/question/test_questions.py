"""Questions between roles: asked about an entry, answered by whom they were asked of, closed by whoever asked."""

from datetime import date
from typing import Any

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.document.asking import DueDayHasPassed, IsNotOnTheTeam
from domain.episode.plan.issue_plan import PlanIssued
from domain.episode.question.answer_question import (
    QuestionAnswered,
    QuestionIsAnswered,
    QuestionIsForAnother,
    answer_question,
)
from domain.episode.question.ask_question import QuestionAsked, QuestionIsAboutNothing, ask_question
from domain.episode.question.close_question import OnlyWhoAskedCloses, QuestionClosed, close_question
from domain.episode.question.question import QuestionTopic
from domain.episode.question.which_question import QuestionIsClosed, QuestionIsUnknown
from domain.episode.team.remove_care_team_member import CareTeamMemberRemoved
from tests.domain.given import Scenario, at, given
from tests.domain.people import ABARA, LINDQVIST, RIVERA, SOLIS, local, sealed
from tests.situations import PREPARED

QUESTION = derived_id("question")
ABOUT = given(PREPARED).entry(PlanIssued)
ASKED = QuestionAsked(
    question_id=QUESTION,
    about_entry_id=ABOUT.envelope.event_id,
    topic=QuestionTopic.DOSE,
    question=sealed("x"),
    role=Role.PRESCRIBER,
    due_on=date(2026, 3, 20),
)
WAITING = (PREPARED, at("2026-03-11 09:00", ASKED, by=LINDQVIST))
ANSWER = {"question_id": QUESTION, "answer": "Yes, halves."}


def ask(scenario: Scenario, **changed: Any) -> Scenario:
    order = {
        "question_id": QUESTION,
        "event_id": ABOUT.envelope.event_id,
        "topic": "dose",
        "question": "Halves or whole?",
        "role": "prescriber",
        "due_on": date(2026, 3, 20),
    }
    grounds = {"entry": ABOUT, "by": LINDQVIST}
    return scenario.when(ask_question, **{**grounds, **order, **changed})


def test_a_question_is_asked_about_an_entry_once() -> None:
    asked = ask(given(PREPARED)).then(ASKED)
    ask(asked).then()
    assert asked.state.questions[QUESTION].about_entry_id == ABOUT.envelope.event_id


def test_a_question_is_about_an_entry_of_this_episode() -> None:
    ask(given(PREPARED), entry=None).refused(QuestionIsAboutNothing, field="event_id")


def test_who_is_asked_by_name_is_on_the_team_and_the_day_is_to_come() -> None:
    ask(given(PREPARED), clinician_id=ABARA.actor_id).refused(IsNotOnTheTeam)
    ask(given(PREPARED), due_on=date(2026, 3, 1)).refused(DueDayHasPassed)
    ask(given(PREPARED), clinician_id=RIVERA.actor_id, due_on=date(2026, 3, 21)).includes(QuestionAsked)


def test_whoever_was_asked_answers_once() -> None:
    answered = given(WAITING).when(answer_question, by=RIVERA, **ANSWER)
    answered.then(QuestionAnswered(question_id=QUESTION, answer=sealed("x")))
    assert answered.state.questions[QUESTION].answered_by == RIVERA.actor_id
    answered.when(answer_question, by=RIVERA, **ANSWER).refused(QuestionIsAnswered)


def test_another_role_does_not_answer() -> None:
    given(WAITING).when(answer_question, by=SOLIS, **ANSWER).refused(QuestionIsForAnother)
    given(PREPARED).when(answer_question, by=RIVERA, **ANSWER).refused(QuestionIsUnknown)


def test_whoever_asked_closes_it_answered_or_not() -> None:
    closed = given(WAITING).when(close_question, by=LINDQVIST, question_id=QUESTION)
    closed.then(QuestionClosed(question_id=QUESTION))
    closed.when(close_question, by=LINDQVIST, question_id=QUESTION).then()
    closed.when(answer_question, by=RIVERA, **ANSWER).refused(QuestionIsClosed)
    given(WAITING).when(close_question, by=RIVERA, question_id=QUESTION).refused(OnlyWhoAskedCloses)
    given(PREPARED).when(close_question, by=RIVERA, question_id=QUESTION).refused(QuestionIsUnknown)


def test_the_question_of_somebody_who_has_left_is_closed_by_the_team() -> None:
    left = CareTeamMemberRemoved(
        clinician_id=LINDQVIST.actor_id, role=Role.THERAPIST, until_at=local("2026-03-12 09:00")
    )
    given(WAITING, at("2026-03-12 09:00", left)).when(
        close_question, by=RIVERA, question_id=QUESTION, now="2026-03-13 09:00"
    ).then(QuestionClosed(question_id=QUESTION))


def test_an_answer_in_error_opens_the_question_again() -> None:
    answered = given(WAITING).when(answer_question, by=RIVERA, **ANSWER)
    entry = answered.entry(QuestionAnswered)
    wrong = answered.when(mark_in_error, by=RIVERA, event_id=entry.envelope.event_id, reason="wrong", entry=entry)
    assert wrong.state.questions[QUESTION].answered_at is None
    asked = answered.entry(QuestionAsked)
    gone = wrong.when(mark_in_error, by=LINDQVIST, event_id=asked.envelope.event_id, reason="wrong", entry=asked)
    assert gone.state.questions == {}
