"""The page of psychotherapy notes: there for a therapist of the team and their own notes, for nobody else at all."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx

from domain.actor import Role
from projections import READ_MODELS
from projections.engine.waiting import read_checkpoints
from tests.api.clinic import Browser, Clinic
from tests.api.course import Course, referred
from tests.api.forms_driven import fields_in

TEXT = "She came back to the dream about the house."


def page_of(course: Course) -> str:
    return f"{course.href}/psychotherapy-notes"


def write(browser: Browser, course: Course, text: str = TEXT, **typed: Any) -> httpx.Response:
    sent = fields_in(browser.get(page_of(course)).text, page_of(course)) | {"text": text, **typed}
    return browser.post(page_of(course), sent)


def test_an_author_writes_and_reads_and_a_second_therapist_sees_nothing_of_it(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    second = Browser(clinic, clinic.admit("Dr. Ira Solis", Role.THERAPIST))
    member = {"clinician_id": str(second.actor.actor_id), "role": "therapist"}
    clinic.coordinator.recorded(course.episode_id, "assign_care_team_member", **member)
    before = without_tokens(second.get(page_of(course)))
    assert write(clinic.therapist, course).headers["location"] == page_of(course)
    mine = clinic.therapist.get(page_of(course)).text
    assert "Kept. Only you read it." in mine
    assert TEXT in mine
    assert without_tokens(second.get(page_of(course))) == before


def test_to_everybody_else_there_is_no_such_page(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    write(clinic.therapist, course)
    clinic.compliance.post(f"{course.href}/purpose", {"purpose": "incident"})
    for browser in (clinic.prescriber, clinic.coordinator, clinic.compliance):
        found = browser.get(page_of(course))
        nothing = browser.get(f"{course.href}/documents/{uuid4()}")
        assert found.status_code == 404
        assert found.content == nothing.content
        assert sorted(found.headers.items()) == sorted(nothing.headers.items())
        assert browser.post(page_of(course), {"text": "x"}).status_code == 404
        assert "Psychotherapy notes" not in browser.get(course.href).text


def test_whoever_leaves_the_team_finds_the_page_no_more(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    write(clinic.therapist, course)
    member = {"clinician_id": str(clinic.lindqvist.actor_id), "role": "therapist"}
    clinic.coordinator.recorded(course.episode_id, "remove_care_team_member", **member)
    assert clinic.therapist.get(page_of(course)).status_code == 404


def test_an_entry_of_the_record_comes_back_with_where_it_belongs(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    back = write(clinic.therapist, course, "BP 148/82 and she was pale.")
    assert back.status_code == 409
    assert "This looks like a measured value." in back.text
    assert "Record vitals" in back.text
    assert "BP 148/82 and she was pale.</textarea>" in back.text
    assert "Kept so far" not in clinic.therapist.get(page_of(course)).text


def test_a_bare_figure_is_asked_about_once_and_kept_on_a_tick(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    said = "In school he was on 50 mg of sertraline."
    asked = write(clinic.therapist, course, said)
    assert asked.status_code == 409
    assert "Not kept yet." in asked.text
    again = fields_in(asked.text, page_of(course)) | {"is_part_of_what_was_said": "yes"}
    assert clinic.therapist.post(page_of(course), again).status_code == 303
    assert said in clinic.therapist.get(page_of(course)).text


def test_pressing_twice_keeps_one_note(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    sent = fields_in(clinic.therapist.get(page_of(course)).text, page_of(course)) | {"text": TEXT}
    assert clinic.therapist.post(page_of(course), sent).status_code == 303
    assert clinic.therapist.post(page_of(course), sent).status_code == 303
    assert clinic.therapist.get(page_of(course)).text.count(TEXT) == 1
    assert clinic.therapist.post(page_of(course), sent | {"text": "Other."}).status_code == 409
    assert clinic.therapist.post(page_of(course), sent | {"text": " "}).status_code == 422


def test_opening_leaves_a_row_that_says_who_and_about_whom_and_no_more(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    write(clinic.therapist, course)
    with clinic.datastore.in_network(clinic.network_id) as connection:
        rows = connection.execute("SELECT * FROM access_log WHERE screen = 'psychotherapy_notes'").fetchall()
    assert len(rows) == 1
    assert clinic.lindqvist.actor_id in rows[0]
    assert course.episode_id in rows[0]
    assert "dream" not in str(rows)


def test_no_list_is_ever_behind_by_a_note(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    clinic.catch_up()
    with clinic.datastore.get_connection() as connection:
        before = read_checkpoints(connection)
    write(clinic.therapist, course)
    assert clinic.caught_up.wait_until(), "read models stand at the end of what they can see"
    with clinic.datastore.get_connection() as connection:
        assert read_checkpoints(connection) == before
    assert len(before) >= len(READ_MODELS)
    assert "behind" not in clinic.therapist.get("/caseload").text


def without_tokens(answer: httpx.Response) -> str:
    """A page without what is new each time: the key of its form."""
    key = fields_in(answer.text, answer.request.url.path)["_key"][0]
    return answer.text.replace(key, "")


def test_a_note_that_came_too_late_waits_no_more_once_it_is_kept(clinic: Clinic) -> None:
    """It was refused in between, too: all that time it is the same note."""
    course = referred(clinic).assign()
    elsewhere, page = Browser(clinic, clinic.therapist.actor), page_of(course)
    sent = fields_in(elsewhere.get(page).text, page) | {"text": "At 50 mg he slept.", "_hold": "yes"}
    (waits_at,) = parse_qs(urlsplit(elsewhere.post(page, sent).headers["location"]).query)["then"]
    shown = clinic.therapist.get(waits_at)
    assert "At 50 mg he slept.</textarea>" in shown.text
    asked = clinic.therapist.post(page, fields_in(shown.text, page))
    assert asked.status_code == 409
    again = fields_in(asked.text, page) | {"is_part_of_what_was_said": "yes"}
    assert clinic.therapist.post(page, again).status_code == 303
    assert "</textarea>" in clinic.therapist.get(waits_at).text
    assert "At 50 mg he slept.</textarea>" not in clinic.therapist.get(waits_at).text


def test_nothing_is_held_for_whom_there_is_no_such_page(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    clinic.prescriber.get(course.href)
    token = {"x-csrf-token": clinic.prescriber.token}
    clinic.travel(minutes=16)
    answer = clinic.prescriber.http.post(page_of(course), data={"text": TEXT, "_key": uuid4().hex}, headers=token)
    assert answer.headers["location"].startswith("/sign-in?why=idle")
    assert "kept=true" not in answer.headers["location"]
