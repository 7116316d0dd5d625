"""Coordination arranges: it learns who, when and whose move it is, and nothing that was measured, answered or found."""

import re
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.forms import FORMS
from api.forms.form import Form, slug_of
from api.list_view.next_links import BY_NAME
from domain.actor import Role
from tests.api.clinic import Clinic
from tests.api.course import referred
from tests.security.course import in_the_middle
from tests.security.orders import orders

CLINICAL = re.compile(
    r"item 9|suicid|self-harm|\b124\b|124/78|mmhg|\b100\sm?g|F33\.2|sertraline|latex|nausea|depress|\b13\b of 27"
    r"|\bliver|pregnan|kg\b",
    re.IGNORECASE,
)


@pytest.fixture
def held(clinic: Clinic) -> Any:
    """Ana, held after suicidal thoughts, with vitals, a dose and an adverse event behind her."""
    course = in_the_middle(clinic)
    answers = [3, 3, 3, 3, 2, 2, 2, 2, 2]
    taken = {"instrument": "phq-9", "taken_at": clinic.now.isoformat()}
    clinic.therapist.recorded(course.episode_id, "record_outcome", **taken, answers=answers)
    clinic.therapist.recorded(course.episode_id, "find_contraindication", code="liver_disease", note="words")
    return course


def clinical_words(text: str) -> list[str]:
    """What of it coordination should not read; the words of its own forms and of style aside."""
    told = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL)
    return [found.group(0) for found in CLINICAL.finditer(told)]


def test_no_refusal_tells_coordination_what_was_found(held: Any) -> None:
    clinic, coordinator = held.clinic, held.clinic.coordinator
    starts_at = (clinic.now + timedelta(hours=1)).isoformat()
    booking = {"kind": "dosing", "starts_at": starts_at, "way": "in_person", "companion_is_adult": True}
    made_up = orders(clinic.now, clinic.rivera.actor_id, uuid4()) | {"book_session": booking}
    running = next(s for s in held.state.sessions.values() if s.is_running)
    for decision, body in made_up.items():
        if "session_id" in body:
            body = body | {"session_id": str(running.session_id)}
        if decision in ("refer", "import_history"):
            continue
        answer = coordinator.decide(held.episode_id, decision, body)
        if answer.status_code != 200:
            assert clinical_words(answer.text) == [], (decision, answer.text)


def test_no_page_tells_coordination_what_was_found(held: Any) -> None:
    coordinator, looked_at = held.clinic.coordinator, 0
    for path in (held.href, f"{held.href}?all=true&only=outcomes", "/coordination", "/coordination?only=overdue"):
        answer = coordinator.get(path)
        assert answer.status_code == 200
        assert clinical_words(answer.text) == [], path
        looked_at += "Ana Whitfield" in answer.text
    for path in (f"/api{held.href}", "/api/coordination", "/events?limit=1000"):
        assert clinical_words(coordinator.get(path).text) == [], path
    assert looked_at, "it is about somebody"
    assert clinical_words(held.clinic.therapist.get(held.href).text), "a clinician reads what coordination does not"


def test_booking_tells_coordination_nothing_of_what_stands_in_the_way(held: Any) -> None:
    clinic = held.clinic
    starts_at = (clinic.now + timedelta(days=20)).isoformat()
    booking = {"kind": "dosing", "starts_at": starts_at, "way": "in_person", "companion_is_adult": True}
    clinic.therapist.recorded(held.episode_id, "find_contraindication", code="active_suicidal_ideation")
    answer = clinic.coordinator.decide(held.episode_id, "book_session", booking)
    assert clinical_words(answer.text) == []
    assert clinical_words(clinic.coordinator.get(held.href).text) == []
    assert clinical_words(clinic.coordinator.get(f"{held.href}/book-session?kind=dosing").text) == []


FOUND = re.compile(
    r"vitals recorded|outcome recorded|adverse event|contraindication|safety review|dose taken", re.IGNORECASE
)
IN_ITS_OWN_WORDS = {
    "report_adverse_event", "place_hold", "report_symptoms", "report_medicine_change", "sign_consent",
    "withdraw_consent", "send_check_in_link", "record_disclosure",
}  # fmt: skip
"""What coordination writes down offers words of its own: the same for a patient of whom nothing is known."""
OF_BOTH_INTAKES = {"latex", "sertraline", "f33.2", "kg"}
"""What was found in either patient, so that the one's form does not excuse the other's."""


def told_by_form(clinic: Clinic, href: str, form: Form) -> Counter[str]:
    """The clinical words on the form, as coordination opens it for this episode."""
    answer = clinic.coordinator.get(f"{href}/{slug_of(form.decision)}")
    assert answer.status_code == 200, form.decision
    page = answer.text
    shown = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return Counter(word.lower() for word in (*clinical_words(page), *FOUND.findall(shown)))


def test_no_form_tells_coordination_what_was_found(held: Any) -> None:
    """Not even by the names of the entries that a form offers to choose from."""
    somebody_else = referred(held.clinic).assign().take_in()
    offered = [form for form in FORMS.values() if Role.COORDINATOR in BY_NAME[form.decision].by]
    assert len(offered) > 15
    for form in offered:
        told = told_by_form(held.clinic, held.href, form)
        own = told_by_form(held.clinic, somebody_else.href, form) if form.decision in IN_ITS_OWN_WORDS else Counter()
        assert told - own == Counter(), form.decision
        assert not told.keys() & OF_BOTH_INTAKES, form.decision
