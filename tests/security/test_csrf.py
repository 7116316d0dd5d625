"""Unsafe requests that a foreign page could have sent in a person's name are refused before any route is asked."""

from uuid import uuid4

import httpx
import pytest
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse

from api.app import refused
from api.session_cookie import SESSION_COOKIE
from api.unsafe_requests import TOKEN_HEADER, UnsafeRequests
from tests.api.clinic import Browser
from tests.security.routes import Address, AnyIds, addresses
from tests.security.world import World

HOST = "http://testserver"
NEEDS_NO_TOKEN = {"/sign-in"}
"""Nobody is signed in there yet; where the request comes from is asked there too."""


def unsafe(world: World) -> list[Address]:
    found = [one for one in addresses(world.clinic.app) if one.is_unsafe]
    assert len(found) > 100
    return found


def path_of(address: Address, world: World) -> str:
    return address.path.format_map(AnyIds(episode_id=world.ours.episode_id))


def without_token(browser: Browser, path: str, **headers: str) -> httpx.Response:
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    answer: httpx.Response = browser.http.post(path, headers=sent, json={})
    return answer


ATTACKS: dict[str, dict[str, str]] = {
    "no token": {},
    "a made-up token": {TOKEN_HEADER: "0" * 64},
    "an empty token": {TOKEN_HEADER: ""},
    "a token of another alphabet": {TOKEN_HEADER: "\xe9" * 64},
    "from another site": {"origin": "https://evil.example"},
    "from a site that begins alike": {"origin": "http://testserver.evil.example"},
    "from another port": {"origin": "http://testserver:81"},
    "from nowhere": {"origin": "null"},
    "from an address that is none": {"origin": "http://[::1"},
    "from an empty origin": {"origin": ""},
    "as another site, says the browser": {"sec-fetch-site": "cross-site"},
    "as a sibling site, says the browser": {"sec-fetch-site": "same-site"},
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_unsafe_route_is_guarded(shared_world: World, attack: str) -> None:
    browser, headers = shared_world.visitors["therapist"], ATTACKS[attack]
    with_token = "token" not in attack
    before = shared_world.kept()
    for address in unsafe(shared_world):
        if not with_token and address.path in NEEDS_NO_TOKEN and TOKEN_HEADER not in headers:
            continue
        sent = headers | ({TOKEN_HEADER: browser.token} if with_token else {})
        answer = without_token(browser, path_of(address, shared_world), **sent)
        assert answer.status_code == 403, (address, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert shared_world.kept() == before


def test_the_token_of_another_session_is_no_token(shared_world: World) -> None:
    therapist, prescriber = shared_world.visitors["therapist"], shared_world.visitors["prescriber"]
    again = Browser(shared_world.clinic, therapist.actor)
    again.get("/stay")
    for token in (prescriber.token, again.token):
        for address in unsafe(shared_world):
            answer = without_token(therapist, path_of(address, shared_world), **{TOKEN_HEADER: token})
            assert answer.status_code == 403, address


def test_json_dressed_as_plain_text_is_not_read(shared_world: World) -> None:
    browser = shared_world.visitors["therapist"]
    path = f"/api{shared_world.ours.href}/place-hold"
    before = shared_world.kept()
    for dressed_as in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded", ""):
        headers = {"content-type": dressed_as, "idempotency-key": uuid4().hex}
        assert browser.http.post(path, content=b'{"reason":"other"}', headers=headers).status_code == 403
        answer = browser.post(path, content=b'{"reason":"other"}', headers=headers)
        assert answer.status_code == 422 or dressed_as == "", (dressed_as, answer.status_code)
    assert shared_world.kept()["events"] <= before["events"] + 1


def test_another_cookie_does_not_hide_the_session(shared_world: World) -> None:
    browser = shared_world.visitors["therapist"]
    session = f"{SESSION_COOKIE}={browser.http.cookies[SESSION_COOKIE]}"
    for cookies in (f'bad[name]="x; {session}', f"a=b=c,d; {session}", f"  ;; {session}", f'x="\\"; {session}'):
        bare = TestClient(shared_world.clinic.app, follow_redirects=False)
        assert bare.get("/stay", headers={"cookie": cookies}).status_code == 204, "the routes see it"
        assert bare.post("/sign-out", headers={"cookie": cookies}).status_code == 403, cookies


def test_a_form_brings_its_token_as_a_field(shared_world: World) -> None:
    browser = shared_world.visitors["therapist"]
    path = f"{shared_world.ours.href}/place-hold"
    fields = {"reason": "nonsense", "_key": uuid4().hex}
    assert browser.http.post(path, data=fields).status_code == 403
    assert browser.http.post(path, data=fields | {"_csrf": browser.token}).status_code == 422
    assert browser.http.post(path, data=fields | {"_csrf": [browser.token[:-1], browser.token]}).status_code == 403


def test_a_method_cannot_be_smuggled_in(shared_world: World) -> None:
    browser = shared_world.visitors["therapist"]
    before = shared_world.kept()
    path = f"/api{shared_world.ours.href}/place-hold"
    for headers in ({"x-http-method-override": "POST"}, {"x-method-override": "POST"}):
        assert browser.http.get(f"{path}?_method=POST&reason=other", headers=headers).status_code == 405
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        assert browser.http.request(method, path).status_code == 403, method
    assert shared_world.kept() == before


def test_nobody_is_signed_in_by_another_site(shared_world: World) -> None:
    stranger = Browser(shared_world.clinic, shared_world.clinic.rivera).http
    person = {"person": str(shared_world.clinic.rivera.actor_id)}
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        assert stranger.post("/sign-in", data=person, headers=headers).status_code == 403
        assert SESSION_COOKIE not in stranger.cookies
    assert stranger.post("/sign-in", data=person, headers={"origin": HOST}).status_code == 303
    assert SESSION_COOKIE in stranger.cookies


def test_a_proxy_may_ask_under_another_name_and_nobody_else_gains_by_it() -> None:
    guarded = TestClient(UnsafeRequests(PlainTextResponse("done"), b"secret", refused, "https://kap.example.org"))
    said = {}
    for origin in ("https://kap.example.org", "http://testserver", "https://kap.example.org.evil.example", "null", ""):
        said[origin] = guarded.post("/decide", headers={"origin": origin}).status_code
    assert said == dict(zip(said, (200, 200, 403, 403, 403), strict=True))
    unnamed = TestClient(UnsafeRequests(PlainTextResponse("done"), b"secret", refused))
    assert {unnamed.post("/decide", headers={"origin": one}).status_code for one in ("null", "", "/")} == {403}
