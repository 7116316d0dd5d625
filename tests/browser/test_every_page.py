"""Every page at every width, light and dark: no complaint of the browser, no finding of axe, one filled button."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from playwright.sync_api import Browser

from api.app import create_app
from api.forms import FORMS
from api.forms.form import slug_of
from api.session_cookie import SESSION_COOKIE
from api.submitting import DECISION_OF
from domain.actor import Role
from domain.clinician.admit_clinician import AdmitClinician, admit_clinician
from domain.clinician.clinician import CLINICIAN
from domain.network.name_on_call import NameOnCall, name_on_call
from domain.network.network import NETWORK
from domain.sealed import Sealed
from tests.api.clinic import Browser as Browsing
from tests.api.course import referred
from tests.api.subscribed import ClinicsSubscriber
from tests.api.webhooked import webhooked
from tests.browser.inspect_page import (
    BRING_AXE,
    COLOURS,
    EVERY_LOOK,
    TWO_LOOKS,
    Inspected,
    axe_finds,
    inspect,
    inspect_shown,
)
from tests.browser.served import Served, Server
from tests.browser.world import World
from tests.identity_provider import OpenIdProvider
from tests.security.entrance import edge_with, email_of, registration
from tests.security.next_door import NextDoor
from tests.security.routes import addresses
from tests.thoroughness import share
from tests.waiting import eventually
from tests.workers.webhook.receiver import Reply, receiver

pytestmark = pytest.mark.browser
INSPECTED = {
    "/", "/caseload", "/coordination", "/docs", "/protocol", "/reauthenticate", "/refer", "/replay", "/sign-in",
    "/instruments", "/late-entries", "/worklist", "/episodes/{episode_id}", "/episodes/{episode_id}/emergency-card",
    "/integrate", "/subscribers", "/subscribers/{subscriber_id}", "/disclosures", "/integrator",
    "/check-in/{secret}", "/subscribers/{subscriber_id}/webhook", "/integrator/webhook",
    "/episodes/{episode_id}/events/{version}", "/episodes/{episode_id}/instruction-sheet",
    "/episodes/{episode_id}/purpose", "/episodes/{episode_id}/replay", "/episodes/{episode_id}/sessions/{which}",
    "/episodes/{episode_id}/timeline", "/episodes/{episode_id}/sessions/{which}/monitoring-form",
    "/protocols", "/protocols/draft", "/protocols/{protocol_id}/{version}",
    "/protocols/{protocol_id}/{version}/document", "/episodes/{episode_id}/documents/{entry_id}",
    "/episodes/{episode_id}/psychotherapy-notes", "/on-call", "/overrides", "/episodes/{episode_id}/take-access",
    "/episodes/{episode_id}/sessions/{which}/group", "/sign-in/network", "/sign-ins",
    "/erasures", "/erasures/{patient_id}",
}  # fmt: skip
ANSWERS_WITH_NO_PAGE = {
    "/episodes/{episode_id}/entries/{entry_id}", "/episodes/{episode_id}/refer",
    "/episodes/{episode_id}/sessions/{which}/now", "/metrics", "/ready", "/live", "/stay", "/openapi.json",
    "/schemas", "/schemas/{file_name}", "/asyncapi.json", "/integrate/{file_name}", "/sign-in/provider",
    "/sign-in/return", "/reauthenticate/provider",
}  # fmt: skip
SHOWS_WHAT_WAS_TYPED = {
    "/on-call/name-medical-director", "/on-call/name-on-call", "/on-call/note-absence", "/subscribers/register",
    "/subscribers/{subscriber_id}/grant-disclosure", "/subscribers/{subscriber_id}/issue-key",
    "/subscribers/{subscriber_id}/webhook/set-webhook", "/subscribers/{subscriber_id}/webhook/disable-webhook",
    "/subscribers/{subscriber_id}/webhook/rotate-secret", "/erasures/{patient_id}/propose-erasure",
    "/erasures/{patient_id}/call-off-erasure", "/erasures/{patient_id}/confirm-erasure",
    "/erasures/{patient_id}/place-legal-hold", "/erasures/{patient_id}/lift-legal-hold",
}  # fmt: skip
"""Pages of the above, with one of their forms as its author left it."""


class People:
    """One window each, kept through the tests of this file."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.therapist = Inspected(browser, address, "Dr. Mara Lindqvist")
        self.prescriber = Inspected(browser, address, "Dr. Alma Rivera")
        self.coordinator = Inspected(browser, address, "Tom Okafor")
        self.compliance = Inspected(browser, address, "June Park")
        self.nobody = Inspected(browser, address, "")


@pytest.fixture(scope="module")
def world(served: Served) -> World:
    return World(served.clinic)


@pytest.fixture(scope="module")
def people(served: Served, browser: Browser) -> People:
    return People(browser, served.address)


def require_none(found: Iterable[str]) -> None:
    """All findings at once, one a line."""
    lines = list(found)
    assert not lines, "\n".join(lines)


def test_axe_finds_what_is_wrong(browser: Browser) -> None:
    page = browser.new_page()
    page.add_init_script(BRING_AXE)
    page.goto("data:text/html,<html lang=en><title>t</title><main><img src='x'><p style='color:gray'>Pale</p></main>")
    found = " ".join(axe_finds(page))
    assert "image-alt" in found
    assert "color-contrast" in found
    assert [one.partition(":")[0] for one in axe_finds(page, COLOURS)] == ["color-contrast"]


def test_the_watch_hears_a_breach_of_the_policy(people: People) -> None:
    people.nobody.open("/sign-in")
    people.nobody.page.evaluate("document.head.append(document.createElement('style'))")
    people.nobody.page.evaluate("document.querySelector('style').textContent = 'p { color: red }'")
    people.nobody.page.reload()
    assert any("security policy: style-src" in one for one in people.nobody.watch.complaints)
    people.nobody.watch.complaints.clear()


def test_lists_and_pages_of_the_house(world: World, people: People) -> None:
    require_none(
        [
            *inspect(people.nobody, "/sign-in", filled=0, looks=EVERY_LOOK),
            *inspect(people.therapist, "/caseload", looks=EVERY_LOOK),
            *inspect(people.therapist, "/caseload?show=not_improving"),
            *inspect(people.prescriber, "/worklist", looks=EVERY_LOOK),
            *inspect(people.coordinator, "/coordination", looks=EVERY_LOOK),
            *inspect(people.coordinator, "/coordination?phase=Preparation", filled=0),
            *inspect(people.compliance, "/replay"),
            *inspect(people.compliance, "/late-entries", filled=0),
            *inspect(people.therapist, "/protocol", filled=0),
            *inspect(people.prescriber, "/protocols", filled=0),
            *inspect(people.prescriber, "/protocols/draft"),
            *inspect(people.prescriber, "/protocols/spravato-style/1"),
            *inspect(people.prescriber, "/protocols/spravato-style/1/document", filled=0),
            *inspect(people.therapist, "/instruments", filled=0),
            *inspect(people.nobody, "/integrate", filled=0),
            *inspect(people.nobody, "/events/catalogue", filled=0),
            *inspect(people.nobody, "/events/catalogue/episode/PlanIssued", filled=0),
            *inspect(people.therapist, "/refer"),
            *inspect(people.therapist, "/nothing-here", filled=None),
            *inspect(people.prescriber, "/reauthenticate"),
            *found_by_name(people.therapist),
        ]
    )


def found_by_name(therapist: Inspected) -> list[str]:
    """Several patients of one family name; a name that nobody has."""
    found = []
    for typed in ("Whitfield", "Nobody"):
        therapist.page.set_viewport_size({"width": 1280, "height": 900})
        search = therapist.open("/caseload").page.get_by_label("Find patient or reference").first
        search.fill(typed)
        search.press("Enter")
        therapist.page.wait_for_url("**/find")
        found += inspect_shown(therapist, f"/find {typed}")
    return found


def test_the_episode_in_several_states(world: World, people: People) -> None:
    found = []
    for name, course in world.courses.items():
        found += [f"{name}, {one}" for one in inspect(people.therapist, course.href, filled=None)]
        found += at_most_one_filled(people.therapist, name)
    found += inspect(people.therapist, world.flagged.href, filled=None, looks=EVERY_LOOK)
    for person in (people.prescriber, people.coordinator):
        found += inspect(person, world.flagged.href, filled=None)
        found += at_most_one_filled(person, "flagged")
    require_none(found)


def at_most_one_filled(person: Inspected, name: str) -> list[str]:
    """None, where nothing here is the next step of this person."""
    filled = person.page.locator(".filled:visible").count()
    return [f"{name}: {filled} filled buttons for {person.name}"] if filled > 1 else []


def test_pages_about_an_episode(world: World, people: People) -> None:
    found = []
    course = world.flagged
    for page in ("timeline", "events/3", "replay", "replay?at=3", "emergency-card", "instruction-sheet"):
        found += inspect(people.therapist, f"{course.href}/{page}", filled=None)
    found += inspect(people.compliance, course.href)
    people.compliance.fill("Continue", {"Purpose": "Chart review"}).press("Continue")
    found += inspect_shown(people.compliance, "episode for compliance", filled=0)
    found += inspect(people.compliance, f"{course.href}/replay", looks=EVERY_LOOK)
    require_none(found)


def test_notes_and_drafts(world: World, people: People) -> None:
    """A draft is kept while somebody types, which only a browser shows; then the note it became."""
    course, therapist = world.flagged, people.therapist
    therapist.open(f"{course.href}/sign-document")
    therapist.page.get_by_label("Progress note").last.fill("Spoke about her sister.")
    therapist.page.get_by_text("Draft saved at").wait_for()
    therapist.page.reload()
    assert therapist.page.get_by_label("Progress note").last.input_value() == "Spoke about her sister."
    found = inspect_shown(therapist, "a draft", filled=None)
    therapist.open(course.href)
    assert "Draft: progress note" in therapist.text
    note = {"kind": "progress_note", "text": "Spoke about her sister."}
    Browsing(world.clinic, world.clinic.lindqvist).recorded(course.episode_id, "sign_document", **note)
    (document,) = course.state.documents.values()
    found += inspect(therapist, f"{course.href}/documents/{document.entry_id}", filled=0, looks=EVERY_LOOK)
    found += inspect(therapist, f"{course.href}/psychotherapy-notes", looks=EVERY_LOOK)
    require_none(found)


def test_the_form_of_every_decision(world: World, people: People) -> None:
    found = []
    for number, decision in enumerate(FORMS):
        person = people.therapist if Role.THERAPIST in DECISION_OF[decision].by else people.prescriber
        looks = share(TWO_LOOKS, number, 1)
        found += inspect(person, f"{world.flagged.href}/{slug_of(decision)}", filled=None, looks=looks)
        filled = person.page.locator(".filled:visible").count()
        expected = person.page.locator("main form").count()
        found += [] if filled == expected else [f"{decision}: {filled} filled buttons"]
    require_none(found)


def test_a_form_that_comes_back(world: World, people: People) -> None:
    therapist, prescriber = people.therapist, people.prescriber
    therapist.open(f"{world.flagged.href}/report-adverse-event").press("Report")
    found = inspect_shown(therapist, "adverse event, nothing filled in", looks=EVERY_LOOK)
    assert therapist.page.evaluate("document.activeElement.id") == "error-summary"
    prescriber.open(f"{world.suspended.href}/amend-plan")
    prescriber.fill("Amend plan 1", {"Next dose": "1000", "Most per session": "50"}).press("Amend plan 1")
    found += inspect_shown(prescriber, "plan beyond its bounds")
    assert prescriber.page.get_by_label("Next dose").input_value() == "1000"
    require_none(found)


def test_a_dosing_session_in_every_step(world: World, people: People) -> None:
    day, therapist = world.day, people.therapist
    found = inspect(therapist, day.href)
    day.record("open_dosing_session")
    found += inspect(therapist, day.href)
    day.record("record_companion_arrival")
    found += inspect(therapist, day.href)
    day.ask()
    therapist.open(day.href).fill("Record vitals", {"Systolic": "168", "Diastolic": "96"})
    found += inspect_shown(therapist, "vitals over their limits", looks=EVERY_LOOK)
    day.measure()
    found += inspect(therapist, day.href)
    day.dose()
    found += inspect(therapist, day.href)
    for step in (1, 2, 3, 5, 6):
        found += inspect(therapist, f"{day.href}?step={step}", filled=None)
    found += inspect(people.prescriber, day.href, filled=None)
    day.clinic.therapist.recorded(day.course.episode_id, "declare_emergency", session_id=str(day.session_id))
    found += inspect(therapist, day.href, filled=None)
    found += inspect(therapist, f"{day.href}/monitoring-form", filled=0)
    found += inspect(therapist, day.course.href)
    require_none(found)


def test_whoever_is_called_and_a_group(world: World, people: People, served: Served, browser: Browser) -> None:
    found = inspect(people.coordinator, "/on-call", filled=None)
    found += inspect(people.compliance, "/overrides", filled=None)
    found += inspect(people.compliance, "/sign-ins", filled=None)
    found += inspect(people.compliance, "/erasures", filled=None)
    found += inspect(people.compliance, f"/erasures/{world.flagged.state.patient_id}", filled=None)
    clinic = world.clinic
    signed_in = Browsing(clinic, clinic.admit("Dr. Noor Abara", Role.PRESCRIBER))
    duty = NameOnCall(prescriber_id=signed_in.actor.actor_id, phone="555-0177")
    clinic.decide(NETWORK, clinic.network_id, name_on_call, duty)
    signed_in.get("/worklist")
    called = Inspected(browser, served.address, "Dr. Noor Abara")
    called.context.add_cookies(
        [{"name": SESSION_COOKIE, "value": signed_in.http.cookies[SESSION_COOKIE], "url": served.address}]
    )
    found += inspect(called, f"{world.flagged.href}/take-access", filled=None)
    course = referred(clinic, "Ada Moreno").assign().take_in().consent().plan(ways=["group"]).prepare()
    course.book(way="group", companion_name="Ben Whitfield")
    found += inspect(people.therapist, f"{course.href}/sessions/1/group", filled=None)
    require_none(found)


def test_the_description_of_the_api(people: People) -> None:
    page = people.nobody.page
    page.goto("/docs")
    page.get_by_text("/api/episodes/{episode_id}/refer").first.wait_for()
    wanted = page.get_by_text("/api/episodes/{episode_id}/issue-plan")

    def is_drawn() -> bool:
        page.mouse.wheel(0, 400)  # of a long description only what is in sight is drawn
        page.wait_for_timeout(50)
        return wanted.count() > 0

    eventually(is_drawn)
    people.nobody.watch.require_calm()


def test_webhooks(served: Served, people: People, browser: Browser) -> None:
    with webhooked(served.clinic, served.database) as lakeside, receiver() as there:
        here, compliance = lakeside.page, people.compliance
        found = inspect(compliance, here, looks=EVERY_LOOK)
        compliance.fill("Set the address", {"Address": "https://10.0.0.1/in"}).press("Set the address")
        found += inspect_shown(compliance, "an address that is refused")
        assert "public name" in compliance.text
        lakeside.set_by_hand(there.url)
        there.answering = lakeside.agreeing(lambda _: Reply(500))
        lakeside.go()
        found += inspect(people.coordinator, here, filled=0, looks=EVERY_LOOK)
        assert "500 after" in people.coordinator.text
        there.answering = lakeside.agreeing()
        people.coordinator.press("Try now what waits")
        lakeside.go()
        position = there.events()[-1]["position"]
        people.coordinator.open(here).press(f"Send {position} again")
        people.coordinator.page.get_by_text("Send a test event").click()
        people.coordinator.fill("Send it", {"Type": "PlanIssued"}).press("Send it")
        lakeside.go()
        assert "Test event" in people.coordinator.open(here).text
        assert f"Event {position}, again" in people.coordinator.text
        compliance.open(here).page.get_by_text("Make a new secret", exact=True).first.click()
        compliance.press("Make a new secret")
        assert "whsec_" in compliance.text
        found += inspect_shown(compliance, "a secret that is shown once", filled=0, looks=EVERY_LOOK)
        assert "whsec_" not in compliance.open(here).text
        integrator = Inspected(browser, served.address, "")
        integrator.open("/integrator").page.get_by_label("Key").fill(lakeside.key)
        integrator.page.get_by_role("button", name="See what is yours").click()
        integrator.follow("Your webhook: every delivery, and what you may ask for")
        found += inspect_shown(integrator, "the webhook as its integrator sees it", filled=0, looks=EVERY_LOOK)
        assert "Set another address" not in integrator.text
        integrator.press(f"Send {position} again")
        compliance.page.get_by_text("Stop posting there").click()
        compliance.press("Stop posting")
        assert "Somebody of the network stopped it." in compliance.text
        require_none(found)


def test_subscribers_on_both_sides(world: World, people: People) -> None:
    lakeside, referral = ClinicsSubscriber(world.clinic), world.flagged.episode_id
    lakeside.grant(with_history=True, stored_names=("PatientReferred", "PlanIssued", "OutcomeRecorded"))
    Browsing(world.clinic, world.clinic.park).http.get("/events", headers=lakeside.headers)
    here = f"/subscribers/{lakeside.subscriber_id}"
    found = inspect(people.coordinator, "/subscribers", filled=None, looks=EVERY_LOOK)
    found += inspect(people.compliance, here, filled=None, looks=EVERY_LOOK)
    people.compliance.open(here).page.get_by_text("Issue a key", exact=True).click()
    people.compliance.page.get_by_role("button", name="Issue", exact=True).click()
    people.compliance.page.get_by_text("never again").wait_for()
    found += inspect_shown(people.compliance, "a key that is shown once", filled=None)
    found += inspect(people.compliance, f"/disclosures?stream={referral}", filled=None, looks=EVERY_LOOK)
    found += inspect(people.nobody, "/integrator", looks=EVERY_LOOK)
    people.nobody.page.get_by_label("Key").fill(lakeside.key)
    people.nobody.page.get_by_role("button", name="See what is yours").click()
    people.nobody.page.get_by_text("What you were sent").wait_for()
    found += inspect_shown(people.nobody, "what an integrator sees", filled=0, looks=EVERY_LOOK)
    require_none(found)


def test_the_way_through_an_identity_provider(served: Served, browser: Browser, open_id: OpenIdProvider) -> None:
    with behind_a_provider(served, open_id) as address:
        alma = Inspected(browser, address, "")
        found = inspect(alma, "/sign-in?why=idle", looks=EVERY_LOOK)
        alma.follow("Sign in with Bay Health")
        signs_in_there(alma, "alma")
        alma.page.wait_for_url("**/sign-in/network")
        found += inspect_shown(alma, "/sign-in/network")
        alma.press("Continue")
        alma.page.wait_for_url("**/worklist")
        alma.open("/reauthenticate?why=somebody-else&then=/worklist")
        found += inspect_shown(alma, "/reauthenticate", looks=EVERY_LOOK)
        alma.follow("Confirm at Bay Health")
        signs_in_there(alma, "alma")
        alma.page.wait_for_url("**/worklist")
        alma.page.set_viewport_size({"width": 1280, "height": 900})
        alma.page.get_by_role("button", name="Sign out").first.click()
        alma.page.wait_for_url(f"{open_id.issuer}/oauth2/end_session?*")
        alma.open("/worklist")
        assert "/sign-in" in alma.page.url
    require_none([*found, *alma.watch.complaints])


def signs_in_there(person: Inspected, subject: str) -> None:
    """On the provider's own page."""
    person.page.get_by_placeholder("sub").fill(subject)
    person.page.get_by_role("button", name="Authorize").click()


@contextmanager
def behind_a_provider(served: Served, open_id: OpenIdProvider) -> Iterator[str]:
    """The same clinic at an address where one signs in with a provider; Dr. Rivera works next door as well."""
    clinic, app = served.clinic, create_app(served.clinic.edge)
    server, there = Server(app), NextDoor(clinic)
    app.state.edge = edge_with(clinic, open_id, registration(open_id, server.address))
    email = Sealed.of(email_of(clinic.rivera))
    order = AdmitClinician(email=email, display_name=Sealed.of("Dr. Alma Rivera"), roles=(Role.PRESCRIBER,))
    clinic.decide(CLINICIAN, uuid4(), admit_clinician, order, by=there.system)
    open_id.knows("alma", email=email_of(clinic.rivera), email_verified=True)
    yield server.address
    server.stop()


def test_no_page_is_forgotten(world: World) -> None:
    forms = {f"/episodes/{{episode_id}}/{slug_of(decision)}" for decision in FORMS}
    routes = (one for one in addresses(world.clinic.app) if one.method == "GET" and one.kind == "route")
    pages = {one.path for one in routes if not one.speaks_json}
    assert pages - forms == INSPECTED | SHOWS_WHAT_WAS_TYPED | ANSWERS_WITH_NO_PAGE
