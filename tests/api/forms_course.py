"""Sends the forms of one course of care, and keeps which were recorded."""

from typing import Any

from api.forms.form import slug_of
from tests.api.clinic import Browser, Clinic
from tests.api.course import Course
from tests.api.forms_driven import fill

RECORDED = "Recorded at"


class Forms:
    """Sends forms of one episode and remembers which were recorded."""

    def __init__(self, clinic: Clinic, course: Course) -> None:
        self.clinic, self.course = clinic, course
        self.recorded: set[str] = set()

    def record(self, browser: Browser, decision: str, query: str = "", /, **typed: Any) -> None:
        """Open the form, type, send; it has to be recorded."""
        answer = fill(browser, f"{self.course.href}/{slug_of(decision)}{query}", **typed)
        assert answer.status_code == 303, f"{decision}: {answer.status_code} {said_on(answer.text)}"
        page = browser.get(f"{self.course.href}/report-adverse-event")
        assert RECORDED in page.text, decision
        self.recorded.add(decision)
        self.clinic.travel(minutes=1)


def said_on(html: str) -> str:
    """What a form that came back says on top."""
    start = html.find('id="error-summary"')
    return html[start : start + 900]
