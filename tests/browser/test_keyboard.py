"""A dosing day with the hands on the keyboard: what is reached is seen, and nobody loses their place."""

import pytest
from playwright.sync_api import Browser, expect

from tests.api.clinic import MORNING, Clinic, local
from tests.api.course import Course, ready_to_dose
from tests.browser.keyboard import Keyboard
from tests.browser.person import Person, Typed
from tests.browser.served import Served
from tests.browser.story import CHECKLIST, RELEASE

pytestmark = pytest.mark.browser
BOOKING: Typed = {
    "Date": "2026-03-17",
    "Time": "13:00",
    "Way": "In person",
    "Name": "Ben Whitfield",
    "Telephone": "555-0117",
    "Of age": "Yes",
}
VITALS: Typed = {"Systolic": "132", "Diastolic": "84", "Pulse": "78"}
CHECK: Typed = {"Responsive": "Yes", "Sedation": "Drowsy", "Distress": "2", "Dissociation": "4"}


def prepared(clinic: Clinic) -> Course:
    """Ready for the first dose; a test before this one may have moved the clock beyond it."""
    clinic.now = MORNING
    return ready_to_dose(clinic)


def test_a_dosing_day_without_a_mouse(served: Served, browser: Browser) -> None:
    clinic = served.clinic
    course = prepared(clinic)
    clinic.now = local("2026-03-16 12:30")
    coordinator = Person(browser, served.address, "Tom Okafor").open(f"{course.href}/book-session?kind=dosing")
    Keyboard(coordinator).record("Schedule", BOOKING).saw_where_it_was()

    clinic.now = local("2026-03-17 13:00")
    therapist = Person(browser, served.address, "Dr. Mara Lindqvist").open(f"{course.href}/sessions/1")
    keyboard, main = Keyboard(therapist), therapist.page.get_by_role("main")
    day: tuple[tuple[str, Typed, int], ...] = (
        ("Start", {}, 1),
        ("Record arrival", {}, 1),
        ("Record the checklist", CHECKLIST, 1),
        ("Record vitals", VITALS, 1),
        ("Clear", {}, 1),
        ("Record a dose", {"Held": "12"}, 14),
    )
    for button, typed, minutes in day:
        keyboard.record(button, typed)
        expect(main).to_be_focused()
        clinic.travel(minutes=minutes)
    keyboard.press("Check", "link").record("Record the check", CHECK)
    clinic.travel(minutes=120)
    therapist.page.reload()
    keyboard.record("Record vitals", VITALS)
    keyboard.press("Complete dosing session 1")
    expect(therapist.page.locator("#error-summary")).to_be_focused()
    keyboard.record("Complete dosing session 1", RELEASE)
    therapist.sees("released")
    keyboard.saw_where_it_was()


def test_clocks_that_are_read_again_leave_the_reader_where_they_stand(served: Served, browser: Browser) -> None:
    clinic = served.clinic
    course = prepared(clinic)
    clinic.now = local("2026-03-17 12:30")
    course.book("in_person")
    clinic.now = local("2026-03-17 13:00")
    therapist = Person(browser, served.address, "Dr. Mara Lindqvist").open(f"{course.href}/sessions/1").record("Start")
    therapist.page.clock.install()
    therapist.page.reload()
    clocks, danger = therapist.page.locator("#clocks"), therapist.page.get_by_role("button", name="Declare emergency")
    expect(clocks).to_contain_text("0:00")
    danger.focus()
    clinic.travel(minutes=7)
    therapist.page.clock.fast_forward(61_000)
    expect(clocks).to_contain_text("0:07")
    expect(danger).to_be_focused()


def test_a_refusal_far_down_a_page_is_where_the_reader_lands(served: Served, browser: Browser) -> None:
    course = prepared(served.clinic)
    compliance = Person(browser, served.address, "June Park").open(f"/erasures/{course.state.patient_id}")
    compliance.page.get_by_text("Place a legal hold").click()
    compliance.press("Place the hold")
    expect(compliance.page.locator("#error-summary")).to_be_focused()
    expect(compliance.page.locator("#error-summary")).to_be_in_viewport()
