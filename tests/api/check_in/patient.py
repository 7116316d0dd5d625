"""A patient with a telephone: a link, a birth date, a page read as a browser reads it."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from fastapi.testclient import TestClient

from tests.api.clinic import Browser, Clinic
from tests.api.course import Course
from tests.api.forms_driven import fields_in, fill

BORN = {"_day": "11", "_month": "3", "_year": "1984"}
CALM = {f"phq-9.{item}": "1" for item in range(1, 9)} | {"phq-9.9": "0"}


@dataclass
class Patient:
    """One address, opened without any cookie."""

    clinic: Clinic
    path: str

    def __post_init__(self) -> None:
        self.http = TestClient(self.clinic.app, follow_redirects=False)
        self.page = ""

    def look(self, **params: str) -> httpx.Response:
        answer: httpx.Response = self.http.get(self.path, params=params)
        self.page = answer.text
        return answer

    def send(self, step: str, typed: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Press a button on the page that is shown, with this typed over what stands there."""
        fields = fields_in(self.page, self.path) | (typed or {}) | {"_step": step}
        answer: httpx.Response = self.http.post(self.path, data=fields, headers=headers)
        if answer.status_code != 204:
            self.page = answer.text
        return answer

    def open(self, born: dict[str, str] | None = None) -> httpx.Response:
        self.look()
        return self.send("open", born or BORN)

    def answer(self, typed: dict[str, Any]) -> httpx.Response:
        return self.send("answer", typed)


def sent(course: Course, purpose: str = "questionnaires", by: Browser | None = None, **typed: Any) -> Patient:
    """A link given by hand, as the page shows it once."""
    browser = by or course.clinic.therapist
    page = fill(browser, f"{course.href}/send-check-in-link?purpose={purpose}", **typed)
    assert page.status_code == 200, page.text[-3000:]
    course.clinic.catch_up()
    return Patient(course.clinic, path_in(page.text))


def path_in(html: str) -> str:
    """The path of the address on a page or in a mail."""
    found = re.search(r"http://testserver(/check-in/[\w-]{43})", html)
    assert found, html[-2000:]
    return found[1]


def link_of(course: Course) -> UUID:
    (link_id,) = course.state.check_in_links
    return link_id


def kinds(course: Course) -> list[str]:
    """What was recorded, in order."""
    from domain.episode.episode import EPISODE

    history = course.clinic.edge.care.history(EPISODE, course.episode_id, network_id=course.clinic.network_id)
    return [event.stored_as for event, _ in history]
