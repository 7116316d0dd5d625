"""What one person writes for themselves: psychotherapy notes and drafts, each with a canary nobody else may meet."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.api.clinic import Browser, Clinic
from tests.api.course import Course
from tests.api.forms_driven import fields_in
from tests.security.canaries import Canaries

NOTE, DRAFT, HELD = "psychotherapy note", "draft", "note that came too late"


def own_pages(course: Course) -> dict[str, str]:
    """The addresses at which their author meets them, and whose canary that is."""
    return {f"{course.href}/psychotherapy-notes": NOTE, f"{course.href}/sign-document": DRAFT}


def write_privately(clinic: Clinic, course: Course) -> Canaries:
    """The therapist keeps a note and drafts another; two that are refused or asked about leak nothing either."""
    private = Canaries()
    notes, signing = own_pages(course)
    for text in (f"BP 148/82 {private.word(NOTE)}", f"At 50 mg once, {private.word(NOTE)}"):
        assert _sent(clinic, notes, text=text).status_code == 409
    kept = _sent(clinic, notes, text=f"{private.word(NOTE)} {private.word(NOTE)}")
    assert kept.status_code == 303, kept.text
    for mode in ("yes", "auto"):
        assert _sent(clinic, signing, text=private.word(DRAFT), _draft=mode).status_code == 200
    clinic.catch_up()
    return private


def leave_a_note_unfinished(clinic: Clinic, course: Course, private: Canaries) -> str:
    """The same person, signed in elsewhere too, leaves the page idle there; the address at which the note waits."""
    path = f"{course.href}/psychotherapy-notes"
    elsewhere = Browser(clinic, clinic.therapist.actor)
    sent = fields_in(elsewhere.get(path).text, path) | {"text": private.word(HELD), "_hold": "yes"}
    answer = elsewhere.post(path, sent)
    (waits_at,) = parse_qs(urlsplit(answer.headers["location"]).query)["then"]
    return waits_at


def _sent(clinic: Clinic, path: str, **typed: Any) -> Any:
    return clinic.therapist.post(path, fields_in(clinic.therapist.get(path).text, path) | typed)
