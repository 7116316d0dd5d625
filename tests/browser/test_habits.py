"""What people do with pages: press twice, go back, print, and read without scripts."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.person import Person, spoken
from tests.browser.served import Served
from tests.browser.world import World

pytestmark = pytest.mark.browser
THERAPIST = "Dr. Mara Lindqvist"


@pytest.fixture(scope="module")
def world(served: Served) -> World:
    return World(served.clinic)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_double_press_records_once(world: World, served: Served, browser: Browser, scripts: bool) -> None:
    course = world.courses["eligible"]
    before = len(course.state.adverse_events)
    therapist = Person(browser, served.address, THERAPIST, java_script_enabled=scripts)
    therapist.open(f"{course.href}/report-adverse-event")
    therapist.fill("Report", {"What happened": "Nausea", "Grade": "1 mild", "Serious": "No"})
    therapist.page.get_by_role("button", name="Report", exact=True).click(click_count=2, delay=5)
    expect(therapist.page.get_by_text("Recorded at")).to_be_visible()
    assert len(course.state.adverse_events) == before + 1


def test_back_after_signing_out_shows_nothing_personal(world: World, served: Served, browser: Browser) -> None:
    therapist = Person(browser, served.address, THERAPIST).open("/caseload")
    therapist.follow("Ana Whitfield")
    therapist.sees_above("Ana Whitfield", "Born")
    therapist.page.get_by_role("button", name="Sign out").first.click()
    expect(therapist.page.get_by_role("heading", name="Sign in")).to_be_visible()
    for _ in range(2):
        therapist.goes_back()
        therapist.sees_nothing_of("Ana Whitfield", "1984", "KAP-")


def test_everything_can_be_read_without_scripts(world: World, served: Served, browser: Browser) -> None:
    with_scripts = Person(browser, served.address, THERAPIST)
    without = Person(browser, served.address, THERAPIST, java_script_enabled=False)
    flagged, day = world.flagged.href, world.day.href
    for path in ("/caseload", flagged, f"{flagged}/timeline", f"{flagged}/replay", f"{flagged}/events/2", day,
                 f"{flagged}/emergency-card", f"{flagged}/record-outcome", "/protocol", "/refer"):  # fmt: skip
        assert without.open(path).text == with_scripts.open(path).text, path


def test_the_episode_prints_whole_and_without_controls(world: World, served: Served, browser: Browser) -> None:
    therapist = Person(browser, served.address, THERAPIST).open(world.flagged.href)
    page = therapist.page
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.get_by_role("heading", name="Next for you")).to_be_hidden()
    assert page.locator("button:visible, .button:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    assert "printed" in spoken(page.locator("footer"))
    assert page.locator("details").count() > 0
    open_gate = page.locator("details .gate").first
    assert open_gate.evaluate("gate => gate.getBoundingClientRect().height") > 0
    therapist.sees_above("Ana Whitfield", "Allergy: latex")


def test_earlier_events_are_folded_and_print(world: World, served: Served, browser: Browser) -> None:
    course = world.flagged
    for _ in range(12):
        event = {"term": "nausea", "grade": 1, "serious": False}
        served.clinic.therapist.recorded(course.episode_id, "report_adverse_event", **event)
    page = Person(browser, served.address, THERAPIST).open(course.href).page
    first = page.locator("#event-1")
    expect(first).to_be_hidden()
    page.emulate_media(media="print")
    assert first.evaluate("row => row.getBoundingClientRect().height") > 0
    page.emulate_media(media="screen")
    page.get_by_text(re.compile(r"Show \d+ earlier events")).click()
    expect(first).to_be_visible()
