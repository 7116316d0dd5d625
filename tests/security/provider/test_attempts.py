"""The way to the provider and back: one attempt of one browser, good once and for ten minutes."""

from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import pytest

from api.identity.attempt import ATTEMPT
from api.session_cookie import SESSION_COOKIE
from tests.identity_provider import CLIENT_ID
from tests.security.entrance import Entrance, Visitor, registration, why


def test_the_way_there_asks_for_a_code_with_pkce_a_state_and_a_nonce(entrance: Entrance, visitor: Visitor) -> None:
    there = urlsplit(visitor.leave())
    asked = {name: values[0] for name, values in parse_qs(there.query).items()}
    assert f"{there.scheme}://{there.netloc}" == entrance.provider.issuer
    assert asked["response_type"] == "code"
    assert asked["client_id"] == CLIENT_ID
    assert asked["scope"] == "openid email"
    assert asked["code_challenge_method"] == "S256"
    assert asked["max_age"] == "900", "a rest signs out here, and the provider may not undo that by itself"
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    again = parse_qs(urlsplit(visitor.leave()).query)
    assert all(again[name] != [asked[name]] for name in ("state", "nonce", "code_challenge"))


def test_the_address_to_come_back_to_is_never_the_one_that_a_request_names(entrance: Entrance) -> None:
    visitor = entrance.visitor()
    answer = visitor.http.get("/sign-in/provider", headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    assert parse_qs(urlsplit(answer.headers["location"]).query)["redirect_uri"] == ["http://testserver/sign-in/return"]


def test_the_cookie_of_an_attempt_is_short_and_for_the_server_alone(entrance: Entrance) -> None:
    for address, secure in (("http://testserver", False), ("https://clinic.example", True)):
        behind = Entrance(entrance.clinic, entrance.provider, asks=registration(entrance.provider, address))
        answer = behind.visitor().http.get("/sign-in/provider")
        cookie = SimpleCookie(answer.headers["set-cookie"])[ATTEMPT.name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/sign-in")
        assert cookie["max-age"] == "600"
        assert bool(cookie["secure"]) is secure
        assert "then" not in cookie.value, "what it holds is sealed"


def test_an_answer_to_a_question_that_this_browser_did_not_ask_signs_nobody_in(entrance: Entrance) -> None:
    victim, attacker = entrance.visitor(), entrance.visitor()
    back = entrance.provider.signed_in(attacker.leave(), "mara")
    assert why(victim.http.get(back)) == "begun-elsewhere", "no attempt was begun here"
    victim.leave()
    assert why(victim.http.get(back)) == "not-proven", "another was"
    assert not victim.is_in


def test_a_code_of_another_attempt_is_of_no_use(entrance: Entrance) -> None:
    victim, attacker = entrance.visitor(), entrance.visitor()
    code = parse_qs(urlsplit(entrance.provider.signed_in(attacker.leave(), "mara")).query)["code"][0]
    state = parse_qs(urlsplit(victim.leave()).query)["state"][0]
    assert why(victim.http.get("/sign-in/return", params={"code": code, "state": state})) == "not-proven"


def test_coming_back_twice_signs_in_once(entrance: Entrance, visitor: Visitor) -> None:
    there = visitor.leave()
    attempt = visitor.http.cookies[ATTEMPT.name]
    back = entrance.provider.signed_in(there, "mara")
    assert visitor.http.get(back).headers["location"] == "/"
    first = visitor.http.cookies[SESSION_COOKIE]
    assert ATTEMPT.name not in visitor.http.cookies
    assert why(visitor.http.get(back)) == "begun-elsewhere"
    visitor.http.cookies.set(ATTEMPT.name, attempt)
    assert why(visitor.http.get(back)) == "not-proven", "the provider takes a code once"
    assert visitor.http.cookies[SESSION_COOKIE] == first


def test_an_attempt_is_good_for_ten_minutes(entrance: Entrance, visitor: Visitor) -> None:
    back = entrance.provider.signed_in(visitor.leave(), "mara")
    entrance.clinic.travel(minutes=11)
    assert why(visitor.http.get(back)) == "begun-elsewhere"
    entrance.clinic.travel(minutes=-11)


def test_a_made_up_attempt_is_none(entrance: Entrance, visitor: Visitor) -> None:
    for cookie in ("", "x", "gAAAAA", "a" * 3000, "%00"):
        visitor.http.cookies.set(ATTEMPT.name, cookie)
        assert why(visitor.http.get("/sign-in/return?code=c&state=s")) == "begun-elsewhere"


@pytest.mark.parametrize("back", ["", "code=c", "state=s", "code=&state={state}", "state={state}", "code=c&state=%FF"])
def test_coming_back_without_what_is_asked_for_signs_nobody_in(visitor: Visitor, back: str) -> None:
    state = parse_qs(urlsplit(visitor.leave()).query)["state"][0]
    assert why(visitor.http.get(f"/sign-in/return?{back.format(state=state)}")) == "not-proven"


def test_coming_back_from_another_issuer_signs_nobody_in(entrance: Entrance, visitor: Visitor) -> None:
    back = entrance.provider.signed_in(visitor.leave(), "mara")
    assert why(visitor.http.get(f"{back}&iss=https://evil.example")) == "not-proven"
    back = entrance.provider.signed_in(visitor.leave(), "mara")
    assert visitor.http.get(f"{back}&iss={entrance.provider.issuer}").headers["location"] == "/"


def test_who_says_no_at_the_provider_comes_back_to_the_page(entrance: Entrance, visitor: Visitor) -> None:
    answer = visitor.http.get(entrance.provider.denied(visitor.leave("/caseload")))
    assert why(answer) == "cancelled"
    assert "then=%2Fcaseload" in answer.headers["location"]


def test_what_the_provider_says_of_an_error_is_never_shown(visitor: Visitor) -> None:
    state = parse_qs(urlsplit(visitor.leave()).query)["state"][0]
    said = {"error": "server_error", "error_description": "<b>call 555-0100</b>", "state": state}
    answer = visitor.http.get("/sign-in/return", params=said)
    assert why(answer) == "not-proven"
    assert "555" not in answer.headers["location"] + visitor.get(answer.headers["location"]).text
