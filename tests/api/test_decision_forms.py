"""The form of every decision: who is shown it, and that what is typed becomes the order."""

import re
from html import unescape
from typing import Any

import pytest

from api.forms import ELSEWHERE, FORMS
from api.forms.form import slug_of
from domain.actor import Role
from domain.episode import DECISIONS
from tests.api.clinic import Browser, Clinic
from tests.api.course import Course, ready_to_dose, referred

ON_PAGES = [decision for decision in DECISIONS if decision.name not in ELSEWHERE]


def fields_in(html: str) -> dict[str, Any]:
    """What a browser would send if the form were sent as it stands."""
    form = html[html.index('<form class="panel form"') :]
    form = form[: form.index("</form>")]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        found = {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        if found.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        sent.setdefault(found["name"], []).append(found.get("value", ""))
    for name, body in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.findall(r'<option value="([^"]*)" selected', body)
        sent.setdefault(name, []).extend(chosen or re.findall(r'<option value="([^"]*)"', body)[:1])
    for name, body in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        sent.setdefault(name, []).append(unescape(body))
    return sent


def fill(browser: Browser, path: str, **typed: Any) -> Any:
    """Open a form, type into it, send it."""
    page = browser.get(path)
    assert page.status_code == 200, page.text[-2000:]
    sent = fields_in(page.text) | {name.replace("__", "."): value for name, value in typed.items()}
    return browser.post(path.split("?")[0], data=sent)


def somebody_who_may(clinic: Clinic, by: frozenset[Role]) -> Browser:
    order = (
        (Role.PRESCRIBER, clinic.prescriber),
        (Role.THERAPIST, clinic.therapist),
        (Role.COORDINATOR, clinic.coordinator),
    )
    return next(browser for role, browser in order if role in by)


def test_every_decision_has_a_form() -> None:
    assert {decision.name for decision in ON_PAGES} == set(FORMS)
    assert set(ELSEWHERE) <= {decision.name for decision in DECISIONS}


def test_every_form_opens_for_whoever_may_decide(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    course.book()
    for decision in ON_PAGES:
        browser = somebody_who_may(clinic, decision.by)
        page = browser.get(f"{course.href}/{slug_of(decision.name)}")
        assert page.status_code == 200, (decision.name, page.text[:500])
        assert "Ana Whitfield" in page.text and "11 Mar 1984 (42" in page.text, decision.name


def test_a_form_is_text_for_whoever_may_not_decide(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in()
    page = clinic.therapist.get(f"{course.href}/issue-plan")
    assert page.status_code == 403
    assert "is with Dr. Rivera." in page.text and '<form class="panel form"' not in page.text


def test_an_episode_one_has_no_relation_to_does_not_exist(clinic: Clinic) -> None:
    course = referred(clinic).assign()
    stranger = Browser(clinic, clinic.admit("Dr. Ira Solis", Role.THERAPIST))
    theirs = stranger.get(f"{course.href}/record-outcome")
    nowhere = stranger.get("/episodes/00000000-0000-4000-8000-000000000000/record-outcome")
    assert theirs.status_code == nowhere.status_code == 404
    assert theirs.text.replace(str(course.episode_id), "") == nowhere.text.replace(
        "00000000-0000-4000-8000-000000000000", ""
    )
    assert stranger.post(f"{course.href}/record-outcome", data={}).status_code == 404
