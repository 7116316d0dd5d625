"""The patient's page on a telephone: in both languages, light and dark, and without any script."""

import pytest
from playwright.sync_api import Browser

from tests.api.check_in.patient import kinds, sent
from tests.api.course import Course, referred
from tests.browser.inspect_page import Inspected, inspect_shown
from tests.browser.person import Person
from tests.browser.served import Served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def course(served: Served) -> Course:
    return referred(served.clinic, "Ana Whitfield").assign()


def give_birth_date(patient: Person, button: str) -> None:
    page = patient.page
    page.fill("#birth-day", "11")
    page.select_option("#birth-month", "3")
    page.fill("#birth-year", "1984")
    patient.press(button)


def test_every_page_of_a_link_reads_well(course: Course, served: Served, browser: Browser) -> None:
    path = sent(course, instruments=["phq-9"], language="es").path
    patient = Inspected(browser, served.address, "")
    patient.open(path)
    found = inspect_shown(patient, "birth date")
    patient.press("Continuar")
    found += inspect_shown(patient, "no birth date")
    assert "Escriba el día, el mes y el año" in patient.text
    give_birth_date(patient, "Continuar")
    found += inspect_shown(patient, "questionnaire")
    page = patient.page
    page.locator("input[name='phq-9.9'][value='1']").check()
    page.get_by_text("Lo que escribió está guardado.").wait_for()
    patient.open(path)
    give_birth_date(patient, "Continuar")
    assert page.locator("input[name='phq-9.9'][value='1']").is_checked(), "the draft came back"
    patient.context.set_offline(True)
    page.locator("input[name='phq-9.8'][value='2']").check()
    page.get_by_role("button", name="Enviar", exact=True).click()
    page.get_by_text("No se ha enviado: no hay conexión.").wait_for()
    assert page.locator("input[name='phq-9.8'][value='2']").is_checked(), "what was typed is still there"
    patient.context.set_offline(False)
    patient.watch.complaints.clear()
    patient.press("Enviar")
    found += inspect_shown(patient, "left open")
    page.get_by_label("Enviar tal como está").check()
    patient.press("Enviar")
    assert "911" in patient.text
    found += inspect_shown(patient, "thanks", filled=0)
    patient.goes_back()
    assert page.url.endswith(path), "a page that answered a form can be gone back to"
    assert page.locator("h1").count() == 1
    patient.open(path)
    found += inspect_shown(patient, "closed", filled=0)
    assert not found, "\n".join(found)
    assert kinds(course)[-1] == "HoldPlaced"


def test_a_consent_is_signed_without_any_script(course: Course, served: Served, browser: Browser) -> None:
    path = sent(course, "consents", consents=["ketamine"], language="en").path
    context = browser.new_context(
        base_url=served.address, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto(path)
    page.fill("#birth-day", "11")
    page.select_option("#birth-month", "3")
    page.fill("#birth-year", "1984")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("I have read this text and I agree.").check()
    page.get_by_label("Your full name").fill("Ana Whitfield")
    page.get_by_role("button", name="Save and go on later").click()
    assert page.get_by_label("Your full name").input_value() == "Ana Whitfield"
    page.get_by_role("button", name="Español").click()
    assert page.get_by_label("Su nombre completo").input_value() == "Ana Whitfield"
    page.get_by_role("button", name="Enviar", exact=True).click()
    page.get_by_role("heading", name="Gracias").wait_for()
    assert kinds(course)[-1] == "ConsentSigned"
    context.close()
