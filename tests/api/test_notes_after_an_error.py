"""Notes that are written after one was marked in error: each stands by itself, with what was added to it alone."""

from uuid import UUID

import pytest

from domain.episode.episode import EPISODE
from tests.api.clinic import Browser, Clinic
from tests.api.course import Course, referred
from tests.api.forms_driven import fill


@pytest.fixture
def course(clinic: Clinic) -> Course:
    return referred(clinic).assign()


def sign(course: Course, text: str) -> UUID:
    """A progress note by the therapist; the entry that signed it."""
    before = {one.entry_id for one in course.state.documents.values()}
    signed = fill(course.clinic.therapist, f"{course.href}/sign-document?kind=progress_note", text=text)
    assert signed.status_code == 303, signed.text
    course.clinic.catch_up()
    (entry,) = {one.entry_id for one in course.state.documents.values()} - before
    return entry


def mark_in_error(course: Course, entry: UUID) -> None:
    address = f"{course.href}/mark-in-error?event_id={entry}"
    assert fill(course.clinic.therapist, address, reason="Another patient's.").status_code == 303
    course.clinic.catch_up()


def add_to(course: Course, browser: Browser, entry: UUID, text: str) -> None:
    (document_id,) = (key for key, one in course.state.documents.items() if one.entry_id == entry)
    address = f"{course.href}/add-addendum?document_id={document_id}"
    assert fill(browser, address, text=text).status_code == 303
    course.clinic.catch_up()


def test_a_note_can_be_written_after_an_earlier_one_was_marked_in_error(course: Course) -> None:
    first = sign(course, "The first.")
    second = sign(course, "The second.")
    mark_in_error(course, first)
    third = sign(course, "The third.")
    assert {one.entry_id for one in course.state.documents.values()} == {second, third}


def test_what_was_added_to_a_note_in_error_does_not_stand_beneath_the_next(course: Course) -> None:
    wrong = sign(course, "He slept badly.")
    add_to(course, course.clinic.prescriber, wrong, "Melatonin was discussed.")
    mark_in_error(course, wrong)
    right = sign(course, "She slept well.")
    page = course.clinic.prescriber.get(f"{course.href}/documents/{right}").text
    assert "She slept well." in page
    assert "Melatonin" not in page
    assert "He slept badly." not in page


def test_programs_that_sign_under_the_id_of_a_note_in_error_mix_nothing_up(course: Course) -> None:
    wrong = sign(course, "He slept badly.")
    add_to(course, course.clinic.prescriber, wrong, "Melatonin was discussed.")
    (document_id,) = course.state.documents
    mark_in_error(course, wrong)
    body = {"document_id": str(document_id), "kind": "progress_note", "text": "She slept well."}
    course.clinic.therapist.recorded(course.episode_id, "sign_document", **body)
    (right,) = (one.entry_id for one in course.state.documents.values())
    page = course.clinic.prescriber.get(f"{course.href}/documents/{right}").text
    assert "She slept well." in page
    assert "Melatonin" not in page
    page = course.clinic.prescriber.get(f"{course.href}/documents/{wrong}").text
    assert "Melatonin" in page
    assert "She slept well." not in page


def test_an_entry_with_its_own_way_back_offers_that_way_and_no_other_entry(course: Course) -> None:
    entry = sign(course, "Feels dizzy.")
    referral = course.clinic.edge.care.history(EPISODE, course.episode_id, network_id=course.clinic.network_id)[0]
    address = f"{course.href}/mark-in-error?event_id={referral.envelope.event_id}"
    form = course.clinic.therapist.get(address).text
    assert "Discharge the patient with the reason opened in error." in form
    assert f'value="{entry}"' not in form


def test_a_choice_that_is_gone_leaves_nothing_chosen(course: Course) -> None:
    sign(course, "The first.")
    sign(course, "The second.")
    form = course.clinic.prescriber.get(f"{course.href}/add-addendum?document_id={course.episode_id}").text
    choice = form[form.index('name="document_id"') :].split("</select>")[0]
    assert '<option value="">' in choice
    assert "selected" not in choice
