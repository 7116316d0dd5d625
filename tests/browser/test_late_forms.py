"""A form whose author was signed out meanwhile, or signed in anew: what was typed is not lost."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.inspect_page import Inspected, inspect_shown
from tests.browser.person import Person
from tests.browser.served import Served
from tests.browser.world import World

pytestmark = pytest.mark.browser
THERAPIST = "Dr. Mara Lindqvist"
FORM = "report-adverse-event"
TYPED = "Dizzy on the stairs."


@pytest.fixture(scope="module")
def world(served: Served) -> World:
    return World(served.clinic)


@pytest.fixture
def typing(world: World, served: Served, browser: Browser) -> Iterator[Inspected]:
    """A therapist in the middle of a form, at a time that the test moves."""
    therapist = begun(world, Inspected(browser, served.address, THERAPIST))
    yield therapist
    therapist.context.close()


def begun(world: World, therapist: Inspected) -> Inspected:
    therapist.page.clock.install()
    therapist.open(f"{world.flagged.href}/{FORM}")
    return therapist.fill("Report", {"What happened": "Nausea", "Grade": "1 mild", "Serious": "No", "Note": TYPED})


def reported(world: World) -> int:
    return len(world.flagged.state.adverse_events)


def press(person: Person) -> None:
    """Without waiting for another page."""
    person.page.get_by_role("button", name="Report", exact=True).click()


def says(person: Person, words: str) -> None:
    expect(person.page.get_by_role("alert")).to_contain_text(words)
    expect(person.page.get_by_label("Note")).to_have_value(TYPED)
    expect(person.page.get_by_role("button", name="Report", exact=True)).to_be_enabled()


def test_signed_out_elsewhere_and_in_again(world: World, typing: Inspected) -> None:
    before, other = reported(world), typing.context.new_page()
    other.goto("/protocol")
    other.get_by_role("button", name="Sign out").first.click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    press(typing)
    says(typing, "Not recorded: you were signed out.")
    assert inspect_shown(typing, "signed out while typing") == []
    other.get_by_role("button", name=f"Sign in as {THERAPIST}").click()
    other.wait_for_url("**/caseload")
    assert reported(world) == before
    press(typing)
    expect(typing.page.get_by_text("Recorded at")).to_be_visible()
    assert reported(world) == before + 1


def test_somebody_else_never_signs_what_another_typed(world: World, typing: Person) -> None:
    before, other = reported(world), typing.context.new_page()
    other.goto("/protocol")
    other.get_by_role("button", name="Sign out").first.click()
    other.get_by_role("button", name="Sign in as Dr. Alma Rivera").click()
    other.wait_for_url("**/worklist")
    press(typing)
    says(typing, "somebody else is signed in now")
    assert reported(world) == before


def test_a_server_that_is_gone_takes_nothing_along(world: World, served: Served, typing: Person) -> None:
    before = reported(world)
    served.server.stop()
    press(typing)
    says(typing, "the server does not answer")
    served.server.start()
    typing.watch.complaints.clear()
    press(typing)
    expect(typing.page.get_by_text("Recorded at")).to_be_visible()
    assert reported(world) == before + 1


def test_after_fifteen_minutes_the_page_leaves_and_what_was_typed_waits(
    world: World, served: Served, typing: Person
) -> None:
    before = reported(world)
    typing.page.clock.run_for(14 * 60_000)
    expect(typing.page.get_by_role("dialog", name="Still there?")).to_be_visible()
    typing.page.clock.run_for(2 * 60_000)
    expect(typing.page.get_by_role("heading", name="Sign in")).to_be_visible()
    comes_back(world, served, typing, before)


def test_a_form_that_comes_too_late_waits_for_its_author(world: World, served: Served, browser: Browser) -> None:
    before = reported(world)
    therapist = begun(world, Inspected(browser, served.address, THERAPIST, java_script_enabled=False))
    served.clinic.travel(minutes=20)
    press(therapist)
    comes_back(world, served, therapist, before)


def comes_back(world: World, served: Served, therapist: Person, before: int) -> None:
    """Its author signs in again, and finds it as it was; nobody else does, and no word of it is in an address."""
    expect(therapist.page.get_by_text("It is kept for an hour")).to_be_visible()
    assert TYPED.split(maxsplit=1)[0] not in therapist.page.url
    waits_at = parse_qs(urlsplit(therapist.page.url).query)["then"][0]
    therapist.sign_in_if_asked()
    expect(therapist.page.get_by_text("This is what you typed before.")).to_be_visible()
    expect(therapist.page.get_by_label("Note")).to_have_value(TYPED)
    assert reported(world) == before
    assert therapist.context.browser is not None
    other = Person(therapist.context.browser, served.address, "Dr. Alma Rivera").open(waits_at)
    assert TYPED not in other.text
    press(therapist)
    expect(therapist.page.get_by_text("Recorded at")).to_be_visible()
    assert reported(world) == before + 1
    assert TYPED not in therapist.open(waits_at).text


def test_a_form_of_an_earlier_sign_in_is_refused_in_plain_words(world: World, served: Served, browser: Browser) -> None:
    before = reported(world)
    therapist = begun(world, Inspected(browser, served.address, THERAPIST, java_script_enabled=False))
    other = therapist.context.new_page()
    other.goto("/protocol")
    other.get_by_role("button", name="Sign out").first.click()
    other.get_by_role("button", name=f"Sign in as {THERAPIST}").click()
    other.wait_for_url("**/caseload")
    press(therapist)
    expect(therapist.page.get_by_role("heading", name="Not recorded")).to_be_visible()
    expect(therapist.page.get_by_text("go back in the browser first and copy what you typed")).to_be_visible()
    therapist.goes_back()
    expect(therapist.page.get_by_label("Note")).to_have_value(TYPED)
    assert reported(world) == before
