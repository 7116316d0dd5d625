"""What every answer carries, whatever it says; and that no page holds script or style of its own."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse

from api.edge_headers import EdgeHeaders
from api.forms import FORMS
from api.forms.form import slug_of
from domain.actor import Role
from domain.episode.episode import EPISODE
from domain.episode.team.assign_care_team_member import AssignCareTeamMember, assign_care_team_member
from tests.api.clinic import Browser, Clinic, opened_clinic
from tests.api.course import Course
from tests.postgres import Servers
from tests.security.course import in_the_middle
from tests.security.routes import AnyIds, addresses
from tests.security.world import World

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}
OF_A_LINK = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow, noarchive"}
"""Where the address is a secret."""
DIRECTIVES = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "connect-src": {"'self'"},
    "font-src": {"'self'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
    "base-uri": {"'none'"},
}


def carries_everything(answer: httpx.Response, *, may_be_cached: bool = False) -> None:
    """The headers of every answer, each of them once."""
    wanted = EVERYWHERE | (OF_A_LINK if answer.request.url.path.startswith("/check-in/") else {})
    for name, value in wanted.items():
        assert answer.headers.get_list(name) == [value], name
    (policy,) = answer.headers.get_list("content-security-policy")
    found = {words[0]: set(words[1:]) for words in (part.split() for part in policy.split(";"))}
    assert found == DIRECTIVES
    (caching,) = answer.headers.get_list("cache-control")
    assert caching == ("public, max-age=3600" if may_be_cached else "no-store")
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers


def test_every_route_answers_with_them(shared_world: World) -> None:
    ids = {"episode_id": shared_world.ours.episode_id, "version": 1, "entry_id": uuid4(), "which": "1"}
    nobody = TestClient(shared_world.clinic.app, follow_redirects=False)
    for address in addresses(shared_world.clinic.app):
        path = address.path.format_map(AnyIds(ids))
        asked = [nobody.request(address.method, path, json={} if address.is_unsafe else None)]
        if not address.is_unsafe:
            asked += [shared_world.visitors[name].get(path) for name in ("therapist", "coordinator", "removed")]
        for answer in asked:
            carries_everything(answer, may_be_cached=path.startswith("/static/"))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing-here", 404),
        ("GET", "/api/nothing-here", 404),
        ("GET", "/episodes/none/", 307),
        ("GET", "/episodes/none", 422),
        ("DELETE", "/caseload", 403),
        ("OPTIONS", "/caseload", 405),
        ("HEAD", "/caseload", 200),
        ("TRACE", "/caseload", 403),
        ("GET", "/static/throughline.css", 200),
        ("GET", "/static/nothing.css", 404),
        ("GET", "/static/%2e%2e/app.py", 404),
        ("GET", "/docs", 200),
        ("GET", "/sign-in", 200),
    ],
)
def test_odd_requests_are_answered_with_them(shared_world: World, method: str, path: str, status: int) -> None:
    answer = shared_world.visitors["therapist"].http.request(method, path)
    assert answer.status_code == status
    carries_everything(answer, may_be_cached=path.startswith("/static/"))


def test_a_refused_body_is_answered_with_them(shared_world: World) -> None:
    browser = shared_world.visitors["therapist"]
    carries_everything(browser.post("/sign-out", content=b"x" * (1024 * 1024 + 1)))
    carries_everything(browser.http.post("/sign-out"))


@pytest.mark.parametrize("path", ["/caseload", "/api/caseload", "/ready"])
def test_a_failure_is_answered_with_them_and_tells_nothing(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    browser = clinic.therapist
    browser.get("/stay")
    failing = TestClient(
        clinic.app, raise_server_exceptions=False, follow_redirects=False, cookies=browser.http.cookies
    )

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("Ana Whitfield, born 1984-03-11")

    monkeypatch.setattr(type(clinic.datastore), "in_network", fail)
    monkeypatch.setattr(type(clinic.datastore), "get_connection", fail)
    answer = failing.get(path)
    assert answer.status_code == 500
    carries_everything(answer)
    assert "Whitfield" not in answer.text
    assert "Traceback" not in answer.text
    assert "RuntimeError" not in answer.text


def test_no_cookie_goes_without_tls_where_browsers_come_by_it() -> None:
    small, secured = PlainTextResponse(), "a=b; Secure; HttpOnly"
    small.set_cookie("throughline_notice", "vitals", httponly=True)
    small.headers.append("set-cookie", secured)
    for has_tls, scheme, ends in ((True, "http", True), (False, "https", True), (False, "http", False)):
        client = TestClient(EdgeHeaders(small, has_tls=has_tls), base_url=f"{scheme}://testserver")
        first, second = client.get("/").headers.get_list("set-cookie")
        assert (first.endswith("; Secure"), second) == (ends, secured)


class Tags(HTMLParser):
    """Collects what a content security policy would refuse, and addresses that lead elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._script = tag if tag in ("script", "style") and "src" not in given else None
        for name, value in attrs:
            if name.startswith("on") or name == "style" or name == "srcdoc":
                self.found.append(f"<{tag} {name}>")
            if name in ("href", "src", "action", "formaction") and not _is_ours(value or ""):
                self.found.append(f"<{tag} {name}={value}>")
        if tag in ("iframe", "object", "embed", "base"):
            self.found.append(f"<{tag}>")

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.found.append(f"inline {self._script}")

    def handle_endtag(self, tag: str) -> None:
        self._script = None


def _is_ours(address: str) -> bool:
    return address.startswith(("/", "#", "tel:", "?")) and not address.startswith("//")


@pytest.fixture(scope="module")
def course(servers: Servers) -> Iterator[Course]:
    """Ana, in the middle of a dosing session, with everything there is to show."""
    with servers.get("embedded").fresh_database() as database, opened_clinic(database) as clinic:
        yield in_the_middle(clinic)


def pages_of(course: Course) -> Iterator[tuple[Browser, str]]:
    """Every page that shows something, by those who see most of it."""
    clinic = course.clinic
    ids = {"episode_id": course.episode_id, "version": 3, "which": "1", "entry_id": entry_of(course)}
    paths = [one.path.format_map(AnyIds(ids)) for one in addresses(clinic.app) if not one.is_unsafe]
    for browser in (clinic.therapist, clinic.prescriber, clinic.coordinator, clinic.compliance):
        for path in paths:
            yield browser, path
    for form in FORMS.values():
        yield clinic.prescriber, f"{course.href}/{slug_of(form.decision)}?back=javascript:alert(1)"


def entry_of(course: Course) -> str:
    return str(course.state.sessions[next(iter(course.state.sessions))].entry_id)


def lacks_workers_alone(answer: httpx.Response) -> bool:
    """`/ready` where no worker runs, as in this clinic: it says so, and that everything else is well."""
    if answer.request.url.path != "/ready" or answer.status_code != 503:
        return False
    return {part for part, found in answer.json()["parts"].items() if found != "well"} == {"workers"}


def test_no_page_holds_script_or_style_of_its_own(course: Course) -> None:
    looked_at = 0
    for browser, path in pages_of(course):
        answer = browser.get(path)
        assert answer.status_code < 500 or lacks_workers_alone(answer), path
        if answer.headers.get("content-type", "").startswith("text/html"):
            tags = Tags()
            tags.feed(answer.text)
            assert tags.found == [], path
            looked_at += answer.status_code == 200
    assert looked_at > 100


def test_what_people_write_is_text_on_every_page(course: Course) -> None:
    wrote = "<img src=x onerror=alert(1)>{{7*7}}\"'><script>"
    clinic = course.clinic
    called_so = clinic.admit(wrote, Role.THERAPIST)
    order = AssignCareTeamMember(clinician_id=called_so.actor_id, role=Role.THERAPIST)
    clinic.decide(EPISODE, course.episode_id, assign_care_team_member, order, by=clinic.okafor)
    clinic.catch_up()
    clinic.therapist.recorded(course.episode_id, "place_hold", reason="other", note=wrote)
    clinic.therapist.recorded(course.episode_id, "report_medicine_change", name=wrote)
    shown = 0
    for browser, path in pages_of(course):
        answer = browser.get(path)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        text = answer.text
        assert "<img src=x" not in text, path
        assert "onerror=alert(1)>49" not in text, path
        shown += "&lt;img src=x" in text
    assert shown, "it was shown to somebody"


def test_no_page_leads_away_by_what_its_address_says(course: Course) -> None:
    for path in ("place-hold", "record-outcome"):
        for back in ("https://evil.example", "//evil.example", "javascript:alert(1)", "/\\evil.example"):
            text = course.clinic.therapist.get(f"{course.href}/{path}", params={"back": back}).text
            assert not re.search(r'(href|value|action)="(https:|//|javascript:|/\\)', text), back
