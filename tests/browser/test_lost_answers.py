"""An answer that is lost, or is no answer: what was typed is still there, and pressing again records it once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.person import Person
from tests.browser.served import Served
from tests.browser.world import World

pytestmark = pytest.mark.browser
TYPED = "Dizzy on the stairs."
EVENT = {"What happened": "Nausea", "Grade": "1 mild", "Serious": "No", "Note": TYPED}
UNKNOWN = "It is not known whether this was recorded"


def lost_after_it_was_recorded(route: Route) -> None:
    route.fetch(max_redirects=0)
    route.abort("connectionreset")


def answered(status: int) -> Callable[[Route], None]:
    """By something between the browser and the server, which has its own words."""
    return lambda route: route.fulfill(status=status, content_type="text/html", body="<h1>nginx</h1>")


@pytest.fixture(scope="module")
def world(served: Served) -> World:
    return World(served.clinic)


@pytest.mark.parametrize(
    ("befalls", "words"),
    [
        (lost_after_it_was_recorded, f"{UNKNOWN}: the server does not answer."),
        (answered(403), f"{UNKNOWN}: what answered is not Throughline."),
        (answered(413), f"{UNKNOWN}: what answered is not Throughline."),
        (answered(502), f"{UNKNOWN}: the server could not record it."),
    ],
    ids=["lost", "403", "413", "502"],
)
def test_what_was_typed_stays_and_is_recorded_once(
    world: World, served: Served, browser: Browser, befalls: Callable[[Route], None], words: str
) -> None:
    course = world.flagged
    before = len(course.state.adverse_events)
    therapist = Person(browser, served.address, "Dr. Mara Lindqvist")
    page = therapist.open(f"{course.href}/report-adverse-event").fill("Report", EVENT).page
    page.route(
        "**/report-adverse-event", lambda route: befalls(route) if route.request.method == "POST" else route.continue_()
    )
    button = page.get_by_role("button", name="Report", exact=True)
    button.click()
    expect(page.get_by_role("alert")).to_contain_text(words)
    expect(page.get_by_label("Note")).to_have_value(TYPED)
    page.unroute_all()
    button.click()
    expect(page.get_by_role("status").first).to_contain_text("ecorded")
    assert len(course.state.adverse_events) == before + 1
    therapist.context.close()


def test_a_server_of_the_release_before_records_once(world: World, served: Served, browser: Browser) -> None:
    """It sends a browser on and does not name the next page."""
    course = world.flagged
    before = len(course.state.adverse_events)
    therapist = Person(browser, served.address, "Dr. Mara Lindqvist")
    page = therapist.open(f"{course.href}/report-adverse-event").fill("Report", EVENT).page

    def without_the_mark(route: Route) -> None:
        headers = {name: value for name, value in route.request.headers.items() if name != "x-sent-by"}
        route.continue_(headers=headers)

    page.route("**/report-adverse-event", without_the_mark)
    page.get_by_role("button", name="Report", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("ecorded")
    assert len(course.state.adverse_events) == before + 1
    therapist.context.close()


def test_a_refusal_that_is_about_something_else_leaves_the_form(world: World, served: Served, browser: Browser) -> None:
    """The token of another sign-in: the page that says so would have taken the form's place."""
    therapist = Person(browser, served.address, "Dr. Mara Lindqvist")
    page = therapist.open(f"{world.flagged.href}/report-adverse-event").fill("Report", EVENT).page
    page.route("**/stay", lambda route: route.fulfill(status=204))
    page.locator("main [name=_csrf]").evaluate("field => { field.value = 'of another sign-in' }")
    page.get_by_role("button", name="Report", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Not recorded: This form is out of date")
    expect(page.get_by_label("Note")).to_have_value(TYPED)
    therapist.context.close()
