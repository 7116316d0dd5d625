"""Notes on the pages: drafted, signed, read by the other role, co-signed, asked for; and questions beside events."""

from typing import Any

import httpx

from api.unsafe_requests import TOKEN_HEADER
from domain.actor import Role
from domain.episode.episode import EPISODE
from tests.api.clinic import Browser, Clinic
from tests.api.course import Course, ready_to_dose, referred
from tests.api.forms_driven import fields_in, fill

TEXT = "Spoke about her sister."


def preparation(course: Course) -> str:
    """The id of the preparation session, which took place."""
    return str(next(iter(course.state.sessions)))


def sign(browser: Browser, course: Course, text: str = TEXT, **about: str) -> httpx.Response:
    query = "&".join(f"{name}={value}" for name, value in about.items())
    return fill(browser, f"{course.href}/sign-document?{query}", text=text)


def autosave(browser: Browser, course: Course, text: str, **more: Any) -> httpx.Response:
    """What the page sends while somebody types."""
    path = f"{course.href}/sign-document"
    return browser.post(path, fields_in(browser.get(path).text) | {"text": text, "_draft": "auto", **more})


def document_href(course: Course) -> str:
    return f"{course.href}/documents/{next(iter(course.state.documents.values())).entry_id}"


def test_a_draft_comes_back_to_its_author_after_signing_out_and_is_no_event(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    before = len(clinic.edge.care.history(EPISODE, course.episode_id, network_id=clinic.network_id))
    saved = autosave(clinic.therapist, course, TEXT)
    assert saved.text == "Draft saved at 09:42. Only you see it.", saved.text
    back = Browser(clinic, clinic.lindqvist)
    page = back.get(f"{course.href}/sign-document")
    assert f">{TEXT}</textarea>" in page.text
    assert "This is your draft." in page.text
    assert "Draft: progress note" in back.get(course.href).text
    after = len(clinic.edge.care.history(EPISODE, course.episode_id, network_id=clinic.network_id))
    assert after == before


def test_two_people_draft_at_once_and_neither_sees_the_others(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    autosave(clinic.therapist, course, TEXT)
    autosave(clinic.prescriber, course, "Blood pressure is fine.")
    assert "Blood pressure is fine." not in clinic.therapist.get(f"{course.href}/sign-document").text
    theirs = clinic.prescriber.get(f"{course.href}/sign-document").text
    assert TEXT not in theirs
    assert "Blood pressure is fine." in theirs
    mine = fields_in(clinic.therapist.get(f"{course.href}/sign-document").text)["document_id"][0]
    taken = clinic.prescriber.get(f"{course.href}/sign-document?document_id={mine}&kind=session_record").text
    assert TEXT not in taken


def test_without_script_a_button_saves_the_draft(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    page = fill(clinic.therapist, f"{course.href}/sign-document", text=TEXT, _draft="yes")
    assert page.status_code == 200
    assert "Draft saved at 09:42. Only you see it." in page.text
    assert f">{TEXT}</textarea>" in page.text
    assert course.state.documents == {}


def test_saving_while_typing_shows_nothing_and_leaves_no_row_of_reading(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    path = f"{course.href}/sign-document"
    typed = fields_in(clinic.therapist.get(path).text) | {"text": TEXT, "_draft": "auto"}
    before = _readings(clinic)
    assert "Ana" not in clinic.therapist.post(path, typed).text
    assert _readings(clinic) == before


def test_whoever_was_signed_out_while_typing_is_told_where_they_type(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    path = f"{course.href}/sign-document"
    typed = fields_in(clinic.therapist.get(path).text) | {"text": TEXT, "_draft": "auto"}
    token = {TOKEN_HEADER: clinic.therapist.token, "hx-request": "true"}
    clinic.travel(hours=1)
    told = clinic.therapist.http.post(path, data=typed, headers=token)
    assert told.text.startswith("Not saved: you were signed out.")
    assert _drafts(clinic) == 0


def test_a_draft_that_is_emptied_or_signed_is_gone(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    autosave(clinic.therapist, course, TEXT)
    autosave(clinic.therapist, course, " ")
    assert _drafts(clinic) == 0
    autosave(clinic.therapist, course, TEXT)
    assert _drafts(clinic) == 1
    assert sign(clinic.therapist, course).status_code == 303
    assert _drafts(clinic) == 0


def test_a_draft_is_sealed_where_it_is_kept(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    autosave(clinic.therapist, course, TEXT)
    with clinic.datastore.in_network(clinic.network_id) as connection:
        ((row,),) = connection.execute("SELECT row_to_json(d)::text FROM document_draft AS d").fetchall()
    assert "sister" not in row


def test_each_role_reads_the_others_note_and_coordination_only_that_it_is_there(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    assert sign(clinic.therapist, course, session_id=preparation(course)).status_code == 303
    assert sign(clinic.prescriber, course, text="Goes on with 100 mg.").status_code == 303
    visit, progress = (
        next(f"{course.href}/documents/{d.entry_id}" for d in course.state.documents.values() if d.kind == kind)
        for kind in ("visit_note", "progress_note")
    )
    assert TEXT in clinic.prescriber.get(progress).text
    assert "Goes on with 100" in clinic.therapist.get(visit).text
    theirs = clinic.coordinator.get(course.href).text
    assert "Progress note on preparation session 1" in theirs
    assert "by Dr. Lindqvist</small>" in theirs
    assert TEXT not in theirs
    assert clinic.coordinator.get(progress).status_code == 404
    assert clinic.compliance.get(progress).status_code == 303
    clinic.compliance.post(f"{course.href}/purpose", {"purpose": "complaint"})
    read = clinic.compliance.get(progress).text
    assert TEXT in read
    assert "Signed by Dr. Mara Lindqvist, therapist," in read
    assert "“I wrote this”" in read


def test_a_signature_asks_who_one_is(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    clinic.therapist.get("/stay")
    clinic.travel(minutes=6)
    page = clinic.therapist.get(f"{course.href}/sign-document")
    assert "Sign as me" in page.text
    unsigned = sign(clinic.therapist, course)
    assert unsigned.status_code == 409
    assert "Confirm who you are" in unsigned.text
    assert f">{TEXT}</textarea>" in unsigned.text
    signed = fill(clinic.therapist, f"{course.href}/sign-document", text=TEXT, _sign="yes")
    assert signed.status_code == 303, signed.text
    assert len(course.state.documents) == 1


def test_a_second_window_finds_the_note_locked_and_keeps_what_was_typed(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    path = f"{course.href}/sign-document"
    second = fields_in(clinic.therapist.get(path).text) | {"text": "Typed in a second window."}
    assert sign(clinic.therapist, course).status_code == 303
    late = clinic.therapist.post(path, second)
    assert late.status_code == 409
    assert "signed and locked" in late.text
    assert "Typed in a second window." in late.text
    assert len(course.state.documents) == 1
    saved = clinic.therapist.post(path, second | {"_draft": "auto"})
    assert saved.text.startswith("Not saved: this note is signed already.")


def test_a_note_is_read_before_it_is_co_signed_and_says_who_signed_what(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    sign(clinic.therapist, course)
    about = f"document_id={next(iter(course.state.documents))}"
    asked = fill(clinic.therapist, f"{course.href}/ask-co-signature?{about}", role="prescriber", due_on="2026-03-20")
    assert asked.status_code == 303, asked.text
    assert "Co-signature asked for" in clinic.prescriber.get("/worklist").text
    fill(clinic.therapist, f"{course.href}/add-addendum?{about}", text="She also called.")
    form = clinic.prescriber.get(f"{course.href}/co-sign-document?{about}").text
    assert TEXT in form
    assert "She also called." in form
    assert "1 addendum, co-signature asked" in clinic.prescriber.get(course.href).text
    assert fill(clinic.prescriber, f"{course.href}/co-sign-document?{about}").status_code == 303
    page = clinic.therapist.get(document_href(course)).text
    assert "Co-signed by Dr. Alma Rivera, prescriber," in page
    assert "“I reviewed this”" in page
    assert "Addendum by Dr. Mara Lindqvist, therapist," in page
    assert "Co-signature asked for" not in clinic.prescriber.get("/worklist").text


def test_a_note_in_error_stays_readable_with_the_reason(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    sign(clinic.therapist, course)
    href = document_href(course)
    entry = href.rpartition("/")[2]
    fill(clinic.therapist, f"{course.href}/mark-in-error?event_id={entry}", reason="Another patient's.")
    page = clinic.prescriber.get(href).text
    assert "Marked in error." in page
    assert "Another patient&#39;s." in page
    assert TEXT in page
    assert 'class="event in-error"' in clinic.prescriber.get(course.href).text


def test_a_missing_note_is_on_the_others_list_and_beside_the_plan_until_it_is_signed(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    about = {"kind": "progress_note", "role": "therapist", "session_id": preparation(course), "due_on": "2026-03-14"}
    asked = fill(clinic.prescriber, f"{course.href}/ask-for-document", **about)
    assert asked.status_code == 303, asked.text
    assert "Progress note asked for" in clinic.therapist.get("/caseload").text
    plan = clinic.prescriber.get(f"{course.href}/amend-plan").text
    assert "No signed note on" in plan
    assert "progress note, due 14 Mar 2026" in plan
    request = next(iter(course.state.document_requests))
    page = clinic.therapist.get(f"{course.href}/sign-document?request_id={request}")
    assert f'name="session_id" value="{preparation(course)}"' in page.text
    assert sign(clinic.therapist, course, request_id=str(request)).status_code == 303
    assert "Progress note asked for" not in clinic.therapist.get("/caseload").text
    assert "Notes</dt><dd>complete" in clinic.prescriber.get(f"{course.href}/amend-plan").text


def test_a_session_record_shows_what_the_session_recorded(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    page = clinic.therapist.get(f"{course.href}/sign-document?kind=session_record&session_id={preparation(course)}")
    assert "Write a session record" in page.text
    assert "Preparation session 1</dt>" in page.text


def test_a_question_stands_beside_its_event_until_it_is_closed(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    assert course.state.plan is not None
    entry = course.state.plan.entry_id
    about = f"{course.href}/ask-question?event_id={entry}"
    typed = {"topic": "dose", "role": "prescriber", "question": "Halves or whole?", "due_on": "2026-03-14"}
    assert fill(clinic.therapist, about, **typed).status_code == 303
    assert "Question to answer" in clinic.prescriber.get("/worklist").text
    question = next(iter(course.state.questions))
    form = clinic.prescriber.get(f"{course.href}/answer-question?question_id={question}").text
    assert "Halves or whole?" in form
    assert "open, with Dr. Rivera" in clinic.therapist.get(course.href).text
    fill(clinic.prescriber, f"{course.href}/answer-question?question_id={question}", answer="Halves.")
    page = clinic.therapist.get(course.href).text
    assert "answered by Dr. Rivera" in page
    assert "Halves." in page
    assert "Answer to read" in clinic.therapist.get("/caseload").text
    closing = f"{course.href}/close-question?question_id={question}"
    assert "Halves." in clinic.therapist.get(closing).text
    assert fill(clinic.therapist, closing).status_code == 303
    assert "Answer to read" not in clinic.therapist.get("/caseload").text
    event = clinic.prescriber.get(f"{course.href}/entries/{entry}").headers["location"]
    assert "Ask a question about this" in clinic.prescriber.get(event).text


def test_programs_read_notes_and_questions_with_their_states(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    sign(clinic.therapist, course, session_id=preparation(course))
    about = f"document_id={next(iter(course.state.documents))}"
    fill(clinic.therapist, f"{course.href}/ask-co-signature?{about}", role="prescriber", due_on="2026-03-20")
    path = f"/api{course.href}/documents"
    (found,) = clinic.prescriber.get(path).json()["documents"]
    assert (found["kind"], found["text"], len(found["waiting"])) == ("progress_note", TEXT, 1)
    assert found["subject"]["session_id"] == preparation(course)
    assert clinic.coordinator.get(path).status_code == 404
    assert clinic.compliance.get(path).status_code == 403
    assert clinic.compliance.get(path, params={"purpose": "complaint"}).json()["documents"][0]["text"] == TEXT


def test_whoever_is_not_on_the_team_finds_no_note(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    sign(clinic.therapist, course)
    other = referred(clinic, "Ben Whitfield")
    assert clinic.therapist.get(document_href(course).replace(course.href, other.href)).status_code == 404
    stranger = Browser(clinic, clinic.admit("Dr. Ira Solis", Role.THERAPIST))
    assert stranger.get(document_href(course)).status_code == 404


def _drafts(clinic: Clinic) -> int:
    return _count(clinic, "document_draft")


def _readings(clinic: Clinic) -> int:
    return _count(clinic, "access_log")


def _count(clinic: Clinic, table: str) -> int:
    with clinic.datastore.in_network(clinic.network_id) as connection:
        ((count,),) = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchall()
    return int(count)
