"""An answer on a patient's page is recorded once and whole, and nothing that was typed is lost."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError

from tests.api.check_in.page.kept import rows
from tests.api.check_in.patient import CALM, Patient, kinds, link_of
from tests.api.clinic import CRISIS_TEXT
from tests.api.course import Course
from tests.postgres import Database
from workers.tidy import tidy_once


def test_the_answer_is_recorded_as_the_patients_own(course: Course, patient: Patient, database: Database) -> None:
    form = patient.open()
    assert form.status_code == 200, form.text
    assert "Little interest or pleasure in doing things" in form.text
    assert CRISIS_TEXT in form.text
    assert "not watched live" in form.text
    thanks = patient.answer(CALM)
    assert thanks.status_code == 200, thanks.text
    assert CRISIS_TEXT not in thanks.text
    assert kinds(course)[-2:] == ["CheckInLinkAnswered", "OutcomeRecorded"]
    (outcome,) = course.state.outcomes.values()
    assert outcome.total == 8
    said = rows(database, "SELECT actor_id, actor_role FROM events ORDER BY position DESC LIMIT 1")
    assert said == [(link_of(course), "patient")]
    reader = f"WHERE screen = 'check_in' AND actor_id = '{link_of(course)}'"
    read = rows(database, f"SELECT actor_roles, episode_id FROM access_log {reader}")
    assert read == [(["patient"], course.episode_id)]
    course.clinic.catch_up()
    assert "The patient recorded PHQ-9" in course.clinic.therapist.get(f"{course.href}/timeline").text


def test_p1_item_9_shows_whom_to_call_at_once_and_holds_dosing(course: Course, patient: Patient) -> None:
    patient.open()
    thanks = patient.answer(CALM | {"phq-9.9": "2"})
    assert thanks.status_code == 200
    assert CRISIS_TEXT in thanks.text
    assert "not watched live" in thanks.text
    assert kinds(course)[-1] == "HoldPlaced"
    course.clinic.catch_up()
    assert "Item 9 above 0" in course.clinic.prescriber.get("/worklist").text


def test_r_a_lost_reply_neither_doubles_nor_loses_the_answer(course: Course, patient: Patient) -> None:
    patient.open()
    form = patient.page
    assert patient.answer(CALM).status_code == 200
    before = kinds(course)
    patient.page = form
    again = patient.answer(CALM)
    assert again.status_code == 409
    assert "We have your answer" in again.text
    patient.page = form
    other = patient.answer(CALM | {"phq-9.1": "3"})
    assert other.status_code == 409
    assert "We have your answer" in other.text
    assert "was not kept" in other.text
    assert kinds(course) == before


def test_p1_who_sends_an_answer_again_is_told_again_whom_to_call(course: Course, patient: Patient) -> None:
    """The reply that said so may be the one that was lost."""
    patient.open()
    form = patient.page
    patient.answer(CALM | {"phq-9.9": "2"})
    before = kinds(course)
    patient.page = form
    again = patient.answer(CALM | {"phq-9.9": "2"})
    assert "received once and is safe" in again.text
    assert CRISIS_TEXT in again.text
    assert kinds(course) == before


def test_p1_who_says_something_else_after_a_lost_reply_is_told_whom_to_call(course: Course, patient: Patient) -> None:
    """The second answer is read by nobody, and may be the one that says they are in danger."""
    patient.open()
    form = patient.page
    assert CRISIS_TEXT not in patient.answer(CALM).text
    patient.page = form
    other = patient.answer(CALM | {"phq-9.9": "2"})
    assert "was not kept" in other.text
    assert CRISIS_TEXT in other.text


def test_a_database_that_did_not_answer_leaves_open_whether_it_was_saved(
    course: Course, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have taken the answer in: then nobody is told that it did not."""
    patient.open()

    def loses_the_reply(*_: Any, **__: Any) -> None:
        raise OperationalError

    with monkeypatch.context() as cut:
        cut.setattr(course.clinic.edge.care, "decide", loses_the_reply)
        answer = patient.answer(CALM)
    assert answer.status_code == 503
    assert "cannot tell yet whether this was saved" in answer.text
    assert re.search(r'name="phq-9.1" value="1" checked', answer.text)
    assert patient.answer({}).status_code == 200


def test_a_draft_survives_the_closed_page_and_goes_with_the_answer(
    course: Course, patient: Patient, database: Database
) -> None:
    patient.open()
    saved = patient.send("draft", {"phq-9.1": "3", "phq-9.2": "2"})
    assert saved.status_code == 200
    assert "go on later" in saved.text
    assert patient.send("draft", {"phq-9.3": "1"}, **{"x-keeps-draft": "1"}).status_code == 204
    of_link = f"SELECT draft FROM check_in_link WHERE link_id = '{link_of(course)}'"
    ((draft,),) = rows(database, of_link)
    assert draft.startswith("sealed.v1.")
    again = Patient(course.clinic, patient.path)
    assert "checked" not in again.look().text
    again.open()
    assert re.search(r'name="phq-9.1" value="3" checked', again.page)
    assert re.search(r'name="phq-9.3" value="1" checked', again.page)
    assert again.answer(CALM).status_code == 200
    assert rows(database, of_link) == [(None,)]


def test_questions_left_open_are_asked_about_once(course: Course, patient: Patient) -> None:
    patient.open()
    some = {name: value for name, value in CALM.items() if name not in ("phq-9.2", "phq-9.9")}
    asked = patient.answer(some)
    assert asked.status_code == 422
    assert "You left 2 questions open." in asked.text
    assert patient.answer({"as_it_is": "yes"}).status_code == 200
    (outcome,) = course.state.outcomes.values()
    assert (outcome.total, outcome.safety_answer) == (None, None)


def test_an_empty_questionnaire_is_none(course: Course, patient: Patient) -> None:
    patient.open()
    page = patient.answer({"as_it_is": "yes"})
    assert page.status_code == 422
    assert "Answer at least one question." in page.text


def test_drafts_of_expired_links_are_cleared_away(course: Course, patient: Patient, database: Database) -> None:
    """The clinic's clock stands in March; by the database's own, the link expired long ago."""
    patient.open()
    patient.send("draft", {"phq-9.1": "3"})
    of_link = f"SELECT draft FROM check_in_link WHERE link_id = '{link_of(course)}'"
    assert rows(database, of_link) != [(None,)]
    tidy_once(database.work_url)
    assert rows(database, of_link) == [(None,)]
    assert rows(database, "SELECT count(*) FROM check_in_try") == [(0,)]


@pytest.mark.faults
def test_a15_many_answers_at_once_are_one(course: Course, patient: Patient, crash_rounds: int) -> None:
    """A hundred in every run, a thousand in `make faults`."""
    posts = 5 * crash_rounds
    patient.open()
    page = patient.page

    def send(n: int) -> int:
        one = Patient(course.clinic, patient.path)
        one.page = page
        return one.answer(CALM | ({"phq-9.1": "2"} if n % 2 else {})).status_code

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(send, range(posts)))
    assert answers.count(200) == 1, answers
    assert set(answers) <= {200, 409, 410}
    assert kinds(course).count("OutcomeRecorded") == 1
    assert kinds(course).count("CheckInLinkAnswered") == 1


def test_a16_the_secret_is_in_no_table(course: Course, patient: Patient, database: Database) -> None:
    secret = patient.path.rpartition("/")[2]
    patient.open()
    patient.send("draft", {"phq-9.1": "3"})
    patient.answer(CALM)
    names = [name for (name,) in rows(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    for name in names:
        for (row,) in rows(database, f"SELECT t::text FROM {name} AS t"):
            assert secret not in row, name
    payloads = rows(database, "SELECT convert_from(payload, 'utf8') FROM events")
    assert not [payload for (payload,) in payloads if secret in payload]
