"""Sign-in sessions: what the cookie is, how long it opens anything, and how it ends."""

from dataclasses import replace
from datetime import timedelta
from http.cookies import SimpleCookie
from uuid import UUID

import httpx
import psycopg
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.session_cookie import SESSION_COOKIE, SESSION_COOKIE_OVER_TLS
from domain.actor import Actor
from domain.clinician.clinician import CLINICIAN
from domain.clinician.suspend_clinician import SuspendClinician, suspend_clinician
from store.sign_in import ABSOLUTE, IDLE, LONGEST, SignInSessions, WhyOut
from tests.api.clinic import Clinic
from tests.api.subscribed import ClinicsSubscriber
from tests.postgres import Database

ORIGIN = {"origin": "http://testserver"}


@pytest.fixture
def visitor(clinic: Clinic) -> TestClient:
    return TestClient(clinic.app, follow_redirects=False)


def sign_in(visitor: TestClient, actor: Actor, **more: str) -> httpx.Response:
    answer: httpx.Response = visitor.post("/sign-in", data={"person": str(actor.actor_id), **more}, headers=ORIGIN)
    return answer


def signed_in(visitor: TestClient, clinic: Clinic) -> str:
    """The secret of a session that has just begun."""
    assert sign_in(visitor, clinic.lindqvist).status_code == 303
    return str(visitor.cookies[SESSION_COOKIE])


def opens(visitor: TestClient, path: str = "/stay") -> bool:
    return bool(visitor.get(path).status_code == 204)


def why(visitor: TestClient) -> str:
    answer = visitor.get("/caseload")
    assert answer.status_code == 303
    return str(httpx.URL(answer.headers["location"]).params["why"])


def test_the_cookie_is_for_the_server_alone(clinic: Clinic, visitor: TestClient) -> None:
    cookie = cookie_of(sign_in(visitor, clinic.lindqvist))
    assert cookie["httponly"] is True
    assert (cookie["samesite"], cookie["path"], cookie["domain"], cookie["max-age"]) == ("lax", "/", "", "")
    assert len(cookie.value) >= 43, "256 bits"
    over_tls = TestClient(clinic.app, base_url="https://testserver", follow_redirects=False)
    of_tls = {"origin": "https://testserver"}
    answer = over_tls.post("/sign-in", data={"person": str(clinic.lindqvist.actor_id)}, headers=of_tls)
    cookie = cookie_of(answer)
    assert (cookie.key, cookie["secure"], cookie["path"], cookie["domain"]) == (SESSION_COOKIE_OVER_TLS, True, "/", "")
    assert opens(over_tls)
    token = token_on(over_tls)
    assert over_tls.post("/sign-out", headers=of_tls).status_code == 403, "its token is asked for as well"
    gone = cookie_of(over_tls.post("/sign-out", data={"_csrf": token}, headers=of_tls))
    assert (gone.key, gone["secure"], gone["path"], gone["max-age"]) == (SESSION_COOKIE_OVER_TLS, True, "/", "0")
    assert not opens(over_tls)


def test_over_tls_a_cookie_that_a_neighbour_could_plant_opens_nothing(clinic: Clinic, visitor: TestClient) -> None:
    secret = signed_in(visitor, clinic)
    over_tls = TestClient(clinic.app, base_url="https://testserver", follow_redirects=False)
    over_tls.cookies.set(SESSION_COOKIE, secret)
    assert why(over_tls) == "unknown"
    over_tls.cookies.set(SESSION_COOKIE_OVER_TLS, secret)
    assert opens(over_tls)


def test_behind_a_proxy_that_ends_tls_both_cookies_are_for_tls_alone(clinic: Clinic) -> None:
    behind = TestClient(create_app(replace(clinic.edge, address="https://care.example")), follow_redirects=False)
    assert cookie_of(sign_in(behind, clinic.lindqvist))["secure"] is True
    behind.cookies.clear()
    answer = behind.post("/integrator/sign-in", data={"key": ClinicsSubscriber(clinic).key})
    assert "; Secure" in answer.headers["set-cookie"]
    in_clear = TestClient(clinic.app, follow_redirects=False)
    assert "; Secure" not in sign_in(in_clear, clinic.lindqvist).headers["set-cookie"], "a demonstration has no TLS"


def test_only_a_hash_of_the_secret_is_kept(clinic: Clinic, visitor: TestClient, database: Database) -> None:
    secret = signed_in(visitor, clinic)
    with psycopg.connect(database.superuser_url) as connection:
        rows = connection.execute("SELECT sign_in_session::text FROM sign_in_session").fetchall()
    assert len(rows) == 1
    assert secret not in rows[0][0]


def test_signing_in_never_takes_over_a_secret_that_was_there(clinic: Clinic, visitor: TestClient) -> None:
    planted = "planted-by-somebody-else"
    visitor.cookies.set(SESSION_COOKIE, planted)
    assert sign_in(visitor, clinic.lindqvist).status_code == 403, "an old cookie without its token signs nobody in"
    visitor.cookies.clear()
    first = signed_in(visitor, clinic)
    visitor.cookies.clear()
    second = signed_in(visitor, clinic)
    assert len({planted, first, second}) == 3


def test_a_made_up_secret_opens_nothing(visitor: TestClient) -> None:
    for secret in ("", "x", "0" * 43, "a" * 10_000, "%00", "' OR 1=1 --"):
        visitor.cookies.set(SESSION_COOKIE, secret)
        assert why(visitor) == "unknown"


def test_fifteen_minutes_without_use_end_it(clinic: Clinic, visitor: TestClient) -> None:
    signed_in(visitor, clinic)
    for _ in range(3):
        clinic.now += IDLE - timedelta(seconds=1)
        assert opens(visitor), "each use begins the fifteen minutes anew"
    clinic.now += IDLE
    assert not opens(visitor)
    assert why(visitor) == "idle"
    clinic.now -= timedelta(minutes=5)
    assert opens(visitor), "the limit is a moment, nothing was thrown away"


def test_twelve_hours_end_it_whatever_happens(clinic: Clinic, visitor: TestClient) -> None:
    signed_in(visitor, clinic)
    for _ in range(int(ABSOLUTE / timedelta(minutes=10)) - 1):
        clinic.travel(minutes=10)
        assert opens(visitor)
    clinic.travel(minutes=10)
    assert why(visitor) == "over"


def test_an_open_dosing_session_keeps_awake_but_not_for_ever(clinic: Clinic) -> None:
    sessions = SignInSessions(clinic.datastore, lambda: clinic.now, lambda network_id, actor_id: True)
    began = clinic.now
    secret = sessions.begin(clinic.network_id, clinic.lindqvist.actor_id, clinic.lindqvist.roles)
    for hours in (1, 11, 13, 23):
        clinic.now = began + timedelta(hours=hours)
        assert isinstance(sessions.holder(secret), Actor), hours
    clinic.now = began + LONGEST
    assert sessions.holder(secret) is WhyOut.OVER, "nobody doses for a day: this was forgotten"


def test_signing_out_ends_it_on_the_server(clinic: Clinic, visitor: TestClient) -> None:
    secret = signed_in(visitor, clinic)
    token = token_on(visitor)
    answer = visitor.post("/sign-out", data={"_csrf": token})
    assert answer.status_code == 303
    assert SESSION_COOKIE not in visitor.cookies
    visitor.cookies.set(SESSION_COOKIE, secret)
    assert why(visitor) == "unknown"
    assert visitor.post("/sign-out", data={"_csrf": token}).status_code == 303
    assert why(visitor) == "unknown"


def test_signing_out_on_all_devices_ends_every_session_of_this_person_and_nobody_elses(clinic: Clinic) -> None:
    here, there, rivera = (TestClient(clinic.app, follow_redirects=False) for _ in range(3))
    for browser in (here, there):
        signed_in(browser, clinic)
    sign_in(rivera, clinic.rivera)
    answer = here.post("/sign-out/everywhere", data={"_csrf": token_on(here)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert [opens(browser) for browser in (here, there, rivera)] == [False, False, True]


def test_a_suspended_person_cannot_sign_in(clinic: Clinic, visitor: TestClient) -> None:
    clinic.decide(CLINICIAN, clinic.lindqvist.actor_id, suspend_clinician, SuspendClinician())
    clinic.catch_up()
    assert sign_in(visitor, clinic.lindqvist).headers["location"] == "/sign-in?why=suspended"
    assert SESSION_COOKIE not in visitor.cookies


def test_a_suspension_that_the_sign_in_page_has_not_heard_of_bites_all_the_same(
    clinic: Clinic, visitor: TestClient
) -> None:
    visitor.get("/sign-in")
    clinic.decide(CLINICIAN, clinic.lindqvist.actor_id, suspend_clinician, SuspendClinician())
    sign_in(visitor, clinic.lindqvist)
    assert why(visitor) == "suspended"


def test_nobody_signs_in_as_somebody_who_is_not_there(clinic: Clinic, visitor: TestClient) -> None:
    for person in (UUID(int=0), clinic.network_id, clinic.system.actor_id):
        answer = visitor.post("/sign-in", data={"person": str(person)}, headers=ORIGIN)
        assert answer.status_code == 404
    assert sign_in(visitor, clinic.lindqvist, network=str(UUID(int=0))).status_code == 404
    assert SESSION_COOKIE not in visitor.cookies


@pytest.mark.parametrize(
    "then",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:1",
    ],
)
def test_signing_in_never_leads_to_another_site(clinic: Clinic, visitor: TestClient, then: str) -> None:
    location = sign_in(visitor, clinic.lindqvist, then=then).headers["location"]
    assert location.startswith("/")
    assert httpx.URL("http://testserver").join(location).host == "testserver"
    assert not {"\\", "\t", "\r", "\n"} & set(location)


@pytest.mark.parametrize("then", ["/\t/evil.example", "/\n/evil.example", "/x\\..\\\\evil.example", "/\\evil.example"])
def test_no_link_beside_a_sign_in_leads_to_another_site(clinic: Clinic, visitor: TestClient, then: str) -> None:
    sign_in(visitor, clinic.lindqvist)
    for page in ("/reauthenticate", "/sign-in"):
        assert "evil.example" not in visitor.get(page, params={"then": then}).text
    assert "/caseload?a=b#c" in visitor.get("/reauthenticate", params={"then": "/caseload?a=b#c"}).text


def test_an_address_cannot_bring_a_header(clinic: Clinic, visitor: TestClient) -> None:
    answer = sign_in(visitor, clinic.lindqvist, then="/caseload\r\nset-cookie: a=b")
    assert "a" not in visitor.cookies
    assert "\n" not in answer.headers["location"]


def cookie_of(answer: httpx.Response) -> "SimpleCookie.Morsel[str]":  # type: ignore[name-defined]
    """The session cookie as it was set."""
    (found,) = SimpleCookie(answer.headers["set-cookie"]).values()
    return found


def token_on(visitor: TestClient) -> str:
    """The form token on the person's page."""
    text = visitor.get("/caseload").text
    return str(text.partition('name="_csrf" value="')[2].partition('"')[0])
