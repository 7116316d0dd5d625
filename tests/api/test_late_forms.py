"""Forms of pages of several, of notes and of protocols: an idle page records nothing, and nothing typed is lost."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from domain.patient.patient import PATIENT
from domain.patient.register_patient import RegisterPatient, register_patient
from domain.subscriber.subscriber import Way
from tests.api.clinic import Browser, Clinic
from tests.api.course import referred
from tests.api.forms_driven import fields_in
from tests.api.subscribed import ClinicsSubscriber
from tests.api.test_erasures import ADA

TYPED = "Zanzibar 17"


class Late(NamedTuple):
    """A form: who has it, the page it is on, the address it is sent to, and what is typed in which of its fields."""

    browser: Browser
    page: str
    action: str
    field: str
    text: str = TYPED


def of_rota(clinic: Clinic) -> Late:
    return Late(clinic.coordinator, "/on-call", "/on-call/name-on-call", "phone", "555-0188")


def of_register(clinic: Clinic) -> Late:
    return Late(clinic.compliance, "/subscribers", "/subscribers/register", "title")


def of_grant(clinic: Clinic) -> Late:
    page = clinic.compliance.get("/subscribers").text
    sent = fields_in(page, "/subscribers/register") | {
        "title": "Lakeside Registry",
        "way": "feed",
        "purpose": "research",
    }
    here = clinic.compliance.post("/subscribers/register", sent).headers["location"]
    return Late(clinic.compliance, here, f"{here}/grant-disclosure", "stored_names", "PlanIssued")


def of_note(clinic: Clinic) -> Late:
    here = f"{referred(clinic).assign().href}/psychotherapy-notes"
    return Late(clinic.therapist, here, here, "text")


def of_draft(clinic: Clinic) -> Late:
    return Late(clinic.prescriber, "/protocols/draft", "/protocols/draft", "document", '{"protocol_id": "zanzibar"')


def of_webhook(clinic: Clinic) -> Late:
    here = f"/subscribers/{ClinicsSubscriber(clinic, way=Way.WEBHOOK).subscriber_id}/webhook"
    return Late(clinic.compliance, here, f"{here}/set-webhook", "url", "https://zanzibar.example/hook")


def of_erasure(clinic: Clinic) -> Late:
    patient_id = uuid4()
    clinic.decide(PATIENT, patient_id, register_patient, RegisterPatient.model_validate(ADA))
    clinic.catch_up()
    here = f"/erasures/{patient_id}"
    return Late(clinic.compliance, here, f"{here}/propose-erasure", "reason")


def of_legal_hold(clinic: Clinic) -> Late:
    here = f"/erasures/{referred(clinic).state.patient_id}"
    return Late(clinic.compliance, here, f"{here}/place-legal-hold", "reason")


FORMS = [of_rota, of_register, of_grant, of_note, of_draft, of_webhook, of_erasure, of_legal_hold]


@pytest.fixture(params=FORMS, ids=lambda form: form.__name__)
def form(request: pytest.FixtureRequest) -> Callable[[Clinic], Late]:
    found: Callable[[Clinic], Late] = request.param
    return found


def recorded(clinic: Clinic) -> int:
    """How far the log reaches."""
    with clinic.datastore.in_network(clinic.network_id) as connection:
        ((head,),) = connection.execute("SELECT coalesce(max(position), 0) FROM events").fetchall()
    return int(head)


def test_a_page_left_idle_hands_over_what_is_typed_and_records_none_of_it(
    clinic: Clinic, form: Callable[[Clinic], Late]
) -> None:
    late = form(clinic)
    page = late.browser.get(late.page).text
    assert "data-holds" in page[page.index(f'action="{late.action}"') :].partition(">")[0]
    sent, before = fields_in(page, late.action) | {late.field: late.text}, recorded(clinic)
    handed_over = late.browser.post(late.action, sent | {"_hold": "yes"})
    comes_back(clinic, late, handed_over.headers["location"], before)


def test_a_form_that_comes_too_late_waits_for_its_author(clinic: Clinic, form: Callable[[Clinic], Late]) -> None:
    late = form(clinic)
    sent, before = fields_in(late.browser.get(late.page).text, late.action) | {late.field: late.text}, recorded(clinic)
    token = {"x-csrf-token": late.browser.token}
    clinic.travel(minutes=16)
    answer = late.browser.http.post(late.action, data=sent, headers=token)
    comes_back(clinic, late, answer.headers["location"], before)


def comes_back(clinic: Clinic, late: Late, location: str, before: int) -> None:
    """Its author signs in again and finds it; nobody else does."""
    assert recorded(clinic) == before
    asked = parse_qs(urlsplit(location).query)
    assert asked["kept"] == ["true"]
    (waits_at,) = asked["then"]
    assert late.text not in location
    shown = Browser(clinic, late.browser.actor).get(waits_at)
    assert shown.status_code == 200
    assert "This is what you typed before." in shown.text
    assert late.text.split('"')[-2 if '"' in late.text else 0] in shown.text
    other = clinic.prescriber if late.browser is not clinic.prescriber else clinic.therapist
    assert late.text not in other.get(waits_at).text
