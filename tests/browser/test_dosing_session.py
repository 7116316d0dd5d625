"""A dosing session in a real browser: warnings while typing, and a card that stays when the server is gone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.api.dosing_day import Day
from tests.browser.person import Person
from tests.browser.served import Served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def day(served: Served) -> Day:
    """A session that waits for its vitals before the dose."""
    return Day(served.clinic).start().ask()


def test_a_value_over_its_limit_warns_on_leaving_the_field(day: Day, served: Served, browser: Browser) -> None:
    page = Person(browser, served.address, "Dr. Mara Lindqvist").open(day.href).page
    page.get_by_label("Systolic").fill("168")
    page.get_by_label("Systolic").blur()
    warning = page.locator("[data-limit-warning]")
    expect(warning).to_contain_text("168 is not below this plan’s systolic limit of 160.")
    expect(warning).to_contain_text("Dr. Rivera sees it in their list")
    page.get_by_label("Systolic").fill("150")
    page.get_by_label("Systolic").blur()
    expect(warning).to_be_empty()


def test_the_total_of_a_questionnaire_appears_after_the_last_answer(day: Day, served: Served, browser: Browser) -> None:
    page = Person(browser, served.address, "Dr. Mara Lindqvist").open(f"{day.course.href}/record-outcome").page
    total = page.locator("[data-score]")
    for item in range(1, 10):
        expect(total).to_be_hidden()
        page.locator(f"input[name='answers.{item}'][value='2']").check()
    expect(total).to_have_text("Total 18, moderately severe")


def test_the_card_and_what_was_typed_stay_when_the_server_is_gone(day: Day, served: Served, browser: Browser) -> None:
    therapist = Person(browser, served.address, "Dr. Mara Lindqvist").open(day.href)
    page = therapist.page
    card = page.locator("#emergency-card")
    expect(card).to_contain_text("Ben Whitfield, 555-0117")
    for label, value in (("Systolic", "132"), ("Diastolic", "84"), ("Pulse", "78")):
        page.get_by_label(label).fill(value)

    served.server.stop()
    page.get_by_role("button", name="Record vitals").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "It is not known whether this was recorded: the server does not answer."
    )
    expect(card).to_be_visible()
    expect(card).to_contain_text("This card stays as it was loaded.")
    expect(page.get_by_label("Systolic")).to_have_value("132")

    served.server.start()
    page.get_by_role("button", name="Record vitals").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Dose")
    expect(page.get_by_role("status").first).to_contain_text("Recorded at")
    expect(page.get_by_role("main")).to_be_focused()
    expect(card).to_be_visible()
    assert len(day.course.state.sessions[day.session_id].vitals) == 1
