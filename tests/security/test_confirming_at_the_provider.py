"""Signatures with an identity provider: the person proves anew who they are, and what they typed is not lost."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

import httpx
import psycopg
import pytest

from domain.actor import Actor
from domain.protocol.shipped import CURRENT, document
from domain.protocol.written import written_out
from tests.api.clinic import Clinic
from tests.api.course import Course, referred
from tests.api.forms_driven import fields_in
from tests.api.founded import founded, reopened_clinic
from tests.identity_provider import OpenIdProvider
from tests.postgres import Database, Servers
from tests.security.entrance import Entrance, Visitor, why

TYPED = {"rule": "7", "reason": "Prepared elsewhere, I spoke to her.", "therapist_agrees": "yes"}


@pytest.fixture(scope="module")
def database(servers: Servers) -> Iterator[Database]:
    server = servers.get("embedded")
    with server.fresh_database(founded(server).database.name) as copied:
        yield copied


@pytest.fixture(scope="module")
def entrance(servers: Servers, database: Database, open_id: OpenIdProvider) -> Iterator[Entrance]:
    """One for the file; the people and their accounts at the provider."""
    with reopened_clinic(servers.get("embedded"), database) as clinic:
        entrance = Entrance(clinic, open_id)
        entrance.knows(clinic.rivera, "alma")
        entrance.knows(clinic.lindqvist, "mara")
        yield entrance


@pytest.fixture
def prescriber(entrance: Entrance) -> Visitor:
    """Signed in so long ago that a signature is not open any more."""
    entrance.provider.says = {}
    visitor = entrance.visitor()
    visitor.sign_in("alma")
    entrance.clinic.travel(minutes=6)
    return visitor


@pytest.fixture
def course(entrance: Entrance) -> Course:
    """A session is booked to which a gate is closed."""
    clinic = entrance.clinic
    return with_a_session(clinic)


HOURS = count(3, 4)
"""The companion is at one session at a time."""


def with_a_session(clinic: Clinic) -> Course:
    found = referred(clinic).assign().take_in().consent().plan()
    found.book(starts_at=(clinic.now + timedelta(hours=next(HOURS))).isoformat())
    return found


def form_of(visitor: Visitor, path: str, **typed: str) -> dict[str, Any]:
    page = visitor.get(path)
    assert page.status_code == 200, page.text[-2000:]
    return {**fields_in(page.text), **typed}


def signs(visitor: Visitor, course: Course, **typed: str) -> httpx.Response:
    path = f"{course.href}/grant-override"
    return visitor.post(path, form_of(visitor, path, **TYPED, _sign="yes", **typed))


def way_there(answer: httpx.Response) -> str:
    """Where the page leads on to at once."""
    assert answer.status_code == 200, answer.text
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.text)
    assert found is not None, answer.text
    return unescape(found[1])


def left(visitor: Visitor, answer: httpx.Response) -> str:
    """At the provider, after pressing the button."""
    return str(visitor.http.get(way_there(answer)).headers["location"])


def test_an_override_is_signed_after_proving_anew_who_one_is(prescriber: Visitor, course: Course) -> None:
    page = prescriber.get(f"{course.href}/grant-override").text
    assert "Confirm at Bay Health" in page
    answer = signs(prescriber, course)
    there = left(prescriber, answer)
    assert "elsewhere" not in unquote_plus(way_there(answer) + there), "no word is in an address"
    asked = parse_qs(urlsplit(there).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    back = prescriber.arrive("alma", there).headers["location"]
    assert back.startswith(f"{course.href}/grant-override?")
    assert course.state.overrides == {}, "nothing is signed by coming back"
    page = prescriber.get(back).text
    assert "You have confirmed who you are." in page
    assert TYPED["reason"] in page
    assert "Sign the override</button>" in page
    signed = prescriber.post(f"{course.href}/grant-override", fields_in(page))
    assert signed.status_code == 303, signed.text
    (override,) = course.state.overrides.values()
    assert override.granted_by == prescriber.entrance.clinic.rivera.actor_id
    for address in (back, f"{course.href}/grant-override"):
        assert TYPED["reason"] not in prescriber.get(address).text, "nothing waits any more"


def test_what_is_typed_waits_sealed_for_its_author_at_its_form_alone(
    entrance: Entrance, prescriber: Visitor, course: Course, database: Database
) -> None:
    way = way_there(signs(prescriber, course))
    back = parse_qs(urlsplit(way).query)["then"][0]
    with psycopg.connect(database.superuser_url) as connection:
        rows = connection.execute("SELECT held_form::text FROM held_form").fetchall()
    assert rows
    assert not any("elsewhere" in row or "spoke" in row for (row,) in rows)
    assert TYPED["reason"] in prescriber.get(back).text, "whoever turns back finds it as well"
    held = parse_qs(urlsplit(back).query)["held"][0]
    other = with_a_session(entrance.clinic)
    for elsewhere in (f"{other.href}/grant-override", f"{course.href}/sign-document"):
        assert TYPED["reason"] not in prescriber.get(f"{elsewhere}?held={held}").text
    therapist = entrance.visitor()
    therapist.sign_in("mara")
    assert TYPED["reason"] not in therapist.get(back).text
    entrance.clinic.travel(hours=1)
    again = entrance.visitor()
    again.sign_in("alma")
    assert TYPED["reason"] not in again.get(back).text, "an hour later it is gone"


def test_whoever_turns_back_in_the_browser_finds_it_where_it_belongs(prescriber: Visitor, course: Course) -> None:
    path = f"{course.href}/grant-override"
    assert "not signed it" not in prescriber.get(path).text
    left(prescriber, signs(prescriber, course))
    for address in (path, f"{path}?rule=7"):
        page = prescriber.get(address).text
        assert TYPED["reason"] in page, address
        assert "You have not signed it" in page
    for address in (f"{path}?rule=2", f"{path}?held="):
        assert TYPED["reason"] not in prescriber.get(address).text, address


def test_what_is_missing_is_said_before_anybody_leaves(prescriber: Visitor, course: Course) -> None:
    path = f"{course.href}/grant-override"
    answer = prescriber.post(path, form_of(prescriber, path, rule="7", reason="", _sign="yes"))
    assert answer.status_code == 422
    assert "http-equiv" not in answer.text


def test_somebody_else_confirms_nothing(entrance: Entrance, prescriber: Visitor, course: Course) -> None:
    answer = prescriber.arrive("mara", left(prescriber, signs(prescriber, course)))
    assert why(answer) == "somebody-else"
    page = prescriber.get(answer.headers["location"]).text
    assert "Somebody else signed in at Bay Health" in page
    assert f'href="{course.href}/grant-override?' in page, "what was typed can be gone back to"
    unsigned = prescriber.post(
        f"{course.href}/grant-override", form_of(prescriber, f"{course.href}/grant-override", **TYPED)
    )
    assert "http-equiv" in unsigned.text, "it is asked again"
    assert course.state.overrides == {}


@pytest.mark.parametrize("auth_time", ["absent", "before"])
def test_the_provider_has_to_say_that_it_was_now(
    entrance: Entrance, prescriber: Visitor, course: Course, auth_time: str
) -> None:
    before = int((entrance.clinic.now - timedelta(minutes=2)).timestamp())
    entrance.provider.says = {"auth_time": None if auth_time == "absent" else before}
    assert why(prescriber.arrive("alma", left(prescriber, signs(prescriber, course)))) == "not-proven"
    assert course.state.overrides == {}


def test_a_confirmation_counts_in_the_session_that_asked_for_it_alone(
    entrance: Entrance, prescriber: Visitor, course: Course
) -> None:
    there = left(prescriber, signs(prescriber, course))
    prescriber.http.cookies.delete("throughline_session", domain="testserver.local")
    secret = entrance.edge.sign_in.begin(*_of(entrance.clinic.rivera))
    prescriber.http.cookies.set("throughline_session", secret, domain="testserver.local")
    assert why(prescriber.arrive("alma", there)) == "begun-elsewhere"


def test_who_was_signed_out_meanwhile_signs_in_and_finds_what_they_typed(
    entrance: Entrance, prescriber: Visitor, course: Course
) -> None:
    answer = signs(prescriber, course)
    there = left(prescriber, answer)
    back = entrance.provider.signed_in(there, "alma")
    entrance.edge.sign_in.end(prescriber.http.cookies["throughline_session"])
    out = prescriber.http.get(back)
    assert why(out) == "unknown"
    assert "code" not in out.headers["location"]
    then = str(httpx.URL(out.headers["location"]).params["then"])
    assert TYPED["reason"] in prescriber.get(prescriber.arrive("alma", prescriber.leave(then)).headers["location"]).text


def test_a_sign_in_that_the_provider_remembered_signs_nothing(entrance: Entrance, course: Course) -> None:
    for said in (int((entrance.clinic.now - timedelta(minutes=10)).timestamp()), None):
        entrance.provider.says = {"auth_time": said}
        visitor = entrance.visitor()
        visitor.sign_in("alma")
        assert "Confirm at Bay Health" in visitor.get(f"{course.href}/grant-override").text
    entrance.provider.says = {}
    visitor = entrance.visitor()
    visitor.sign_in("alma")
    assert "Confirm at Bay Health" not in visitor.get(f"{course.href}/grant-override").text, "just now it was proved"


def test_the_button_of_the_demonstration_confirms_nobody_who_came_by_the_provider(
    entrance: Entrance, prescriber: Visitor, course: Course
) -> None:
    assert prescriber.post("/reauthenticate", {}).status_code == 404
    clinic, both = entrance.clinic, Entrance(entrance.clinic, entrance.provider, is_demo=True)
    both.knows(clinic.rivera, "alma")
    visitor = both.visitor()
    page = visitor.get("/sign-in").text
    assert "Sign in with Bay Health" in page
    assert "Demo people" in page
    visitor.sign_in("alma")
    clinic.travel(minutes=6)
    assert visitor.post("/reauthenticate", {}).status_code == 404
    assert "http-equiv" in signs(visitor, course).text
    in_demo = both.visitor()
    assert in_demo.post("/sign-in", {"person": str(clinic.rivera.actor_id)}).status_code == 303
    assert in_demo.http.get("/reauthenticate/provider").status_code == 404
    clinic.travel(minutes=6)
    assert in_demo.post("/reauthenticate", {}).status_code == 303
    clinic.app.state.edge = entrance.edge


def test_a_review_of_a_protocol_keeps_its_remark(entrance: Entrance, prescriber: Visitor) -> None:
    clinic = entrance.clinic
    ours = json.loads(json.dumps(document(*CURRENT))) | {"protocol_version": "3"}
    drafted = clinic.therapist.post("/protocols/draft", {"document": written_out(ours), "_key": "a" * 32})
    assert drafted.status_code == 303, drafted.text[-1500:]
    href = drafted.headers["location"]
    page = prescriber.get(href).text
    sent = {
        **fields_in(page, f"{href}/review"),
        "approves": "false",
        "remark": "Rule 7 needs words.",
        "_sign": "yes",
    }
    back = prescriber.arrive("alma", left(prescriber, prescriber.post(f"{href}/review", sent))).headers["location"]
    page = prescriber.get(back).text
    assert "Rule 7 needs words." in page
    assert "You have confirmed who you are." in page


def _of(actor: Actor) -> tuple[Any, Any, Any]:
    return actor.network_id, actor.actor_id, actor.roles
