"""Signing in with an identity provider: who comes in, and everything that signs nobody in."""

import hmac
import re
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from api.identity.attempt import ATTEMPT, begun
from api.identity.errors import ProviderIsDown
from api.identity.provider import AT_ONCE, IdentityProvider
from api.unsafe_requests import SESSION_COOKIE
from domain.actor import Role
from domain.clinician.admit_clinician import AdmitClinician, admit_clinician
from domain.clinician.clinician import CLINICIAN
from domain.clinician.suspend_clinician import SuspendClinician, suspend_clinician
from domain.sealed import Sealed
from tests.api.clinic import Clinic
from tests.api.founded import founded, reopened_clinic
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, another_key
from tests.postgres import Servers
from tests.security.entrance import Entrance, Visitor, email_of, registration, why
from tests.security.next_door import NextDoor
from tests.waiting import PATIENCE_SECONDS, eventually


@pytest.fixture(scope="module")
def shared_clinic(servers: Servers) -> Iterator[Clinic]:
    """For attempts that change nothing: one for the file."""
    server = servers.get("embedded")
    with (
        server.fresh_database(founded(server).database.name) as database,
        reopened_clinic(server, database) as clinic,
    ):
        yield clinic


def opened(clinic: Clinic, open_id: OpenIdProvider) -> Entrance:
    """The clinic's door, and Dr. Lindqvist's account at the provider."""
    found = Entrance(clinic, open_id)
    found.knows(clinic.lindqvist, "mara")
    return found


@pytest.fixture
def entrance(shared_clinic: Clinic, open_id: OpenIdProvider) -> Entrance:
    return opened(shared_clinic, open_id)


@pytest.fixture
def own_entrance(clinic: Clinic, open_id: OpenIdProvider) -> Entrance:
    """In a clinic of the test's own, for what changes who may come in."""
    return opened(clinic, open_id)


@pytest.fixture
def visitor(entrance: Entrance) -> Visitor:
    return entrance.visitor()


def test_somebody_admitted_under_their_verified_address_comes_in(entrance: Entrance, visitor: Visitor) -> None:
    page = visitor.get("/sign-in").text
    assert 'href="/sign-in/provider"' in page
    assert "Sign in with Bay Health" in page
    assert "Demo people" not in page
    answer = visitor.arrive("mara", visitor.leave("/caseload?filter=held"))
    assert answer.headers["location"] == "/caseload?filter=held"
    assert "Dr. Mara Lindqvist" in visitor.get("/caseload").text


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


def test_the_subject_counts_from_then_on_and_not_the_address(own_entrance: Entrance) -> None:
    entrance = own_entrance
    entrance.visitor().sign_in("mara")
    entrance.provider.knows("mara", email="married@example.org", email_verified=True)
    entrance.visitor().sign_in("mara")
    entrance.provider.knows("mara", email=email_of(entrance.clinic.rivera), email_verified=True)
    visitor = entrance.visitor()
    visitor.sign_in("mara")
    assert "Dr. Mara Lindqvist" in visitor.get("/caseload").text, "an address of somebody else's moves nobody"
    entrance.provider.knows("new-here", email=email_of(entrance.clinic.lindqvist), email_verified=True)
    assert why(entrance.visitor().arrive("new-here")) == "not-known", "an address that was given on opens nothing"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "\N{LATIN SMALL LETTER LONG S}am@example.org"},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": " "},
    ],
)
def test_an_address_that_nobody_verified_links_nobody(entrance: Entrance, claims: dict[str, Any]) -> None:
    entrance.knows(entrance.clinic.rivera, "alma")
    entrance.provider.says = claims
    assert why(entrance.visitor().arrive("alma")) == "not-known"


def test_who_is_not_admitted_is_told_whom_to_ask(entrance: Entrance, visitor: Visitor) -> None:
    entrance.provider.knows("sam", email="sam@example.org", email_verified=True)
    answer = visitor.arrive("sam")
    assert why(answer) == "not-known"
    page = visitor.get(answer.headers["location"]).text
    assert "Ask the person who admits staff in your practice" in page
    assert "sam@" not in page
    assert not visitor.is_in
    again = visitor.leave(start=re.search(r'href="(/sign-in/provider[^"]*)"', page)[1])  # type: ignore[index]
    assert parse_qs(urlsplit(again).query)["prompt"] == ["login"], "with another account"


def test_a_suspended_person_is_refused_and_not_linked(own_entrance: Entrance) -> None:
    clinic, visitor = own_entrance.clinic, own_entrance.visitor()
    clinic.decide(CLINICIAN, clinic.lindqvist.actor_id, suspend_clinician, SuspendClinician())
    answer = visitor.arrive("mara")
    assert why(answer) == "suspended"
    assert "Ask your practice" in visitor.get(answer.headers["location"]).text
    assert not visitor.is_in


def test_a_suspension_bites_whoever_is_signed_in(own_entrance: Entrance) -> None:
    clinic, visitor = own_entrance.clinic, own_entrance.visitor()
    visitor.sign_in("mara")
    clinic.decide(CLINICIAN, clinic.lindqvist.actor_id, suspend_clinician, SuspendClinician())
    assert not visitor.is_in
    assert why(visitor.arrive("mara")) == "suspended"


def test_roles_are_those_of_our_records_whatever_the_provider_says(entrance: Entrance, visitor: Visitor) -> None:
    entrance.provider.says = {"roles": ["prescriber", "system"], "groups": ["admin"]}
    visitor.sign_in("mara")
    assert visitor.get("/caseload").status_code == 200
    assert visitor.get("/worklist").status_code == 404


def test_whoever_works_in_several_networks_chooses(own_entrance: Entrance) -> None:
    clinic, visitor = own_entrance.clinic, own_entrance.visitor()
    visitor.sign_in("mara")
    next_door = NextDoor(clinic)
    there, email = uuid4(), Sealed.of(email_of(clinic.lindqvist))
    order = AdmitClinician(email=email, display_name=Sealed.of("Dr. Mara Lindqvist"), roles=(Role.COORDINATOR,))
    clinic.decide(CLINICIAN, there, admit_clinician, order, by=next_door.system)
    visitor = own_entrance.visitor()
    answer = visitor.arrive("mara", visitor.leave("/protocol"))
    assert answer.headers["location"] == "/sign-in/network"
    page = visitor.get("/sign-in/network").text
    assert "Bay KAP Network<small>therapist</small>" in page
    assert "Next Door<small>coordinator</small>" in page
    assert not visitor.is_in
    assert visitor.post("/sign-in/network", {"network": str(there)}).status_code == 404
    chosen = visitor.post("/sign-in/network", {"network": str(clinic.network_id)})
    assert chosen.headers["location"] == "/protocol"
    assert visitor.is_in
    assert (
        visitor.post("/sign-in/network", {"network": str(clinic.network_id)})
        .headers["location"]
        .startswith("/sign-in?")
    )


LIES: dict[str, Callable[[Entrance], dict[str, Any]]] = {
    "another nonce": lambda entrance: {"nonce": "n" * 43},
    "no nonce": lambda entrance: {"nonce": None},
    "a list of nonces": lambda entrance: {"nonce": ["n" * 43]},
    "another issuer": lambda entrance: {"iss": "https://evil.example"},
    "an issuer among others": lambda entrance: {"iss": [entrance.provider.issuer, "https://evil.example"]},
    "another audience": lambda entrance: {"aud": "another client"},
    "no audience": lambda entrance: {"aud": None},
    "audiences, issued to nobody": lambda entrance: {"aud": [CLIENT_ID, "another client"]},
    "audiences, issued to another": lambda entrance: {"aud": [CLIENT_ID, "other"], "azp": "other"},
    "issued to another": lambda entrance: {"azp": "another client"},
    "expired": lambda entrance: {"exp": int((entrance.clinic.now - timedelta(seconds=31)).timestamp())},
    "never expires": lambda entrance: {"exp": None},
    "of the future": lambda entrance: {"iat": int((entrance.clinic.now + timedelta(minutes=5)).timestamp())},
    "no subject": lambda entrance: {"sub": None},
    "an empty subject": lambda entrance: {"sub": ""},
    "an endless subject": lambda entrance: {"sub": "m" * 256},
    "another access token": lambda entrance: {"at_hash": "x" * 22},
    "signed in an hour ago": lambda entrance: {
        "auth_time": int((entrance.clinic.now - timedelta(hours=1)).timestamp())
    },
    "signed in at no time": lambda entrance: {"auth_time": "now"},
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_a_token_that_does_not_say_what_it_has_to_signs_nobody_in(
    entrance: Entrance, visitor: Visitor, lie: str
) -> None:
    entrance.provider.says = LIES[lie](entrance)
    answer = visitor.arrive("mara")
    assert why(answer) == "not-proven"
    assert not visitor.is_in
    entrance.provider.says = {}
    visitor.sign_in("mara")


SIGNATURES: dict[str, Callable[[OpenIdProvider, dict[str, Any]], str]] = {
    "none": lambda provider, claims: unsigned(claims),
    "our own secret": lambda provider, claims: jwt.encode(
        {"alg": "HS256"}, claims, OctKey.import_key("a secret, with spaces & signs"), algorithms=["HS256"]
    ),
    "the public key as a secret": lambda provider, claims: signed_by_hand(claims, provider.key.as_pem(private=False)),  # type: ignore[union-attr]
    "a key of somebody else": lambda provider, claims: jwt.encode(
        {"alg": "RS256", "kid": provider.key.thumbprint()}, claims, another_key()
    ),
    "a key that is not published": lambda provider, claims: jwt.encode(
        {"alg": "RS256", "kid": "other"}, claims, another_key()
    ),
    "another algorithm": lambda provider, claims: jwt.encode(
        {"alg": "RS512", "kid": provider.key.thumbprint()}, claims, provider.key, algorithms=["RS512"]
    ),
    "a changed word": lambda provider, claims: changed(provider.sign(claims)),
    "no token at all": lambda provider, claims: "token",
}


def unsigned(claims: dict[str, Any]) -> str:
    signed = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("any"), algorithms=["HS256"])
    return f"eyJhbGciOiJub25lIn0.{signed.split('.')[1]}."


def signed_by_hand(claims: dict[str, Any], secret: bytes) -> str:
    """The library would not do it."""
    head = urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=")
    text = f"{head}.{unsigned(claims).split('.')[1]}"
    mark = hmac.digest(secret, text.encode(), "sha256")
    return f"{text}.{urlsafe_b64encode(mark).decode().rstrip('=')}"


def changed(token: str) -> str:
    head, body, signature = token.split(".")
    return f"{head}.{body[:-2]}{'A' if body[-2] != 'A' else 'B'}{body[-1]}.{signature}"


@pytest.mark.parametrize("signature", sorted(SIGNATURES))
def test_a_token_that_the_provider_did_not_sign_signs_nobody_in(
    entrance: Entrance, visitor: Visitor, signature: str
) -> None:
    provider = entrance.provider
    provider.signs = lambda claims: SIGNATURES[signature](provider, claims)
    assert why(visitor.arrive("mara")) == "not-proven"
    assert not visitor.is_in


def test_a_key_that_the_provider_has_begun_to_use_is_looked_up(entrance: Entrance, visitor: Visitor) -> None:
    visitor.sign_in("mara")
    fresh = another_key("EC")
    entrance.provider.keys.append(fresh)
    entrance.provider.signs = lambda claims: jwt.encode({"alg": "ES256", "kid": fresh.thumbprint()}, claims, fresh)
    assert why(entrance.visitor().arrive("mara")) == "not-proven", "keys were asked for a moment ago"
    keys = entrance.edge.provider._published._keys  # type: ignore[union-attr]
    keys._asked_at, keys._answered_at = keys._asked_at - 11, keys._answered_at - 11
    entrance.visitor().sign_in("mara")


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


@pytest.mark.parametrize(
    "then",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "\n//evil.example", "/a\\..\\b",
     "javascript:alert(1)", "evil.example", "/" + "a" * 2001],
)  # fmt: skip
def test_signing_in_never_leads_to_another_site(visitor: Visitor, then: str) -> None:
    assert visitor.arrive("mara", visitor.leave(then)).headers["location"] == "/"


def test_signing_in_begins_a_session_of_its_own_and_ends_the_one_before(entrance: Entrance, visitor: Visitor) -> None:
    planted = "planted-by-somebody-else"
    visitor.http.cookies.set(SESSION_COOKIE, planted, domain="testserver.local")
    visitor.sign_in("mara")
    first = visitor.http.cookies[SESSION_COOKIE]
    visitor.sign_in("mara")
    second = visitor.http.cookies[SESSION_COOKIE]
    assert len({planted, first, second}) == 3
    visitor.http.cookies.set(SESSION_COOKIE, first, domain="testserver.local")
    assert not visitor.is_in


@pytest.mark.parametrize(("ways", "said", "comes_in"), [
    ({"acr": ("phr", "phrh")}, {"acr": "phr"}, True),
    ({"acr": ("phr", "phrh")}, {"acr": "pwd"}, False),
    ({"acr": ("phr", "phrh")}, {}, False),
    ({"acr": ("phr", "phrh")}, {"acr": ["phr"]}, False),
    ({"amr": ("mfa",)}, {"amr": ["pwd", "mfa"]}, True),
    ({"amr": ("mfa",)}, {"amr": ["pwd"]}, False),
    ({"amr": ("mfa",)}, {"amr": "mfa"}, False),
    ({"amr": ("mfa",)}, {}, False),
])  # fmt: skip
def test_a_second_factor_that_is_asked_for_has_to_be_named(
    shared_clinic: Clinic, open_id: OpenIdProvider, ways: dict[str, Any], said: dict[str, Any], comes_in: bool
) -> None:
    entrance = Entrance(shared_clinic, open_id, asks=registration(open_id)._replace(**ways))
    entrance.knows(shared_clinic.lindqvist, "mara")
    open_id.says = said
    visitor = entrance.visitor()
    visitor.arrive("mara")
    assert visitor.is_in is comes_in
    assert open_id.asked[0].get("acr_values") == (" ".join(ways["acr"]) if "acr" in ways else None)


def test_a_provider_that_is_down_is_said_to_be_and_whoever_is_signed_in_goes_on(
    entrance: Entrance, open_id: OpenIdProvider
) -> None:
    inside = entrance.visitor()
    inside.sign_in("mara")
    again = Entrance(entrance.clinic, open_id)  # as after a restart
    open_id.is_down = True
    visitor = again.visitor()
    answer = visitor.http.get("/sign-in/provider?then=/caseload")
    assert why(answer) == "down"
    page = visitor.get(answer.headers["location"]).text
    assert "Bay Health does not answer" in page
    assert "then=%2Fcaseload" in page, "trying again leads to where one wanted to go"
    assert inside.is_in
    open_id.seen.clear()
    for _ in range(5):
        assert why(visitor.http.get("/sign-in/provider")) == "down"
    assert open_id.seen == [], "it is left in peace for a few seconds"


def test_a_provider_that_goes_down_in_between_signs_nobody_in(entrance: Entrance, visitor: Visitor) -> None:
    there = visitor.leave()
    back = entrance.provider.signed_in(there, "mara")
    entrance.provider.is_down = True
    assert why(visitor.http.get(back)) == "down"


@pytest.mark.parametrize(
    "published",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "ftp://x"}, {"jwks_uri": None}, {"issuer": None}],
)
def test_a_provider_that_publishes_nonsense_counts_as_down(
    entrance: Entrance, visitor: Visitor, published: dict[str, Any]
) -> None:
    entrance.provider.publishes = published
    assert why(visitor.http.get("/sign-in/provider")) == "down"


def test_a_provider_that_hangs_holds_up_few_threads(entrance: Entrance) -> None:
    class Hanging(httpx.BaseTransport):
        def __init__(self) -> None:
            self.asked, self.goes_on = threading.Event(), threading.Event()

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            self.asked.set()
            assert self.goes_on.wait(PATIENCE_SECONDS)
            raise httpx.ReadTimeout("nothing came")

    hanging = Hanging()
    ours = IdentityProvider(entrance.registration, httpx.Client(transport=hanging), lambda: entrance.clinic.now)
    attempt = begun(entrance.clinic.now, "")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(ours.way_there, attempt, asks_anew=False) for _ in range(AT_ONCE)]
        assert hanging.asked.wait(PATIENCE_SECONDS)
        eventually(lambda: not ours._waiting._value)
        with pytest.raises(ProviderIsDown):
            ours.way_there(attempt, asks_anew=False)
        assert not any(one.done() for one in waiting), "nobody waited behind them"
        hanging.goes_on.set()
        assert all(isinstance(one.exception(), ProviderIsDown) for one in waiting)


@pytest.mark.parametrize("way", ["client_secret_post", "none"])
def test_the_client_authenticates_as_the_provider_takes_it(
    shared_clinic: Clinic, open_id: OpenIdProvider, way: str
) -> None:
    asks = registration(open_id)._replace(client_secret=None if way == "none" else CLIENT_SECRET)
    entrance = Entrance(shared_clinic, open_id, asks=asks)
    entrance.knows(shared_clinic.lindqvist, "mara")
    open_id.publishes = {"token_endpoint_auth_methods_supported": [way]}
    open_id.secret = "" if way == "none" else open_id.secret
    entrance.visitor().sign_in("mara")
    open_id.secret = "another"
    assert why(entrance.visitor().arrive("mara")) == "not-proven"


def test_signing_out_ends_the_session_here_and_leads_on_to_the_provider(entrance: Entrance, visitor: Visitor) -> None:
    visitor.sign_in("mara")
    secret = visitor.http.cookies[SESSION_COOKIE]
    answer = visitor.post("/sign-out", {})
    assert answer.status_code == 200
    assert f"{entrance.provider.issuer}/oauth2/end_session?client_id={CLIENT_ID}" in answer.text
    assert "post_logout_redirect_uri=http%3A%2F%2Ftestserver%2Fsign-in" in answer.text
    assert "id_token" not in answer.text
    visitor.http.cookies.set(SESSION_COOKIE, secret)
    assert not visitor.is_in


def test_without_a_provider_none_of_its_addresses_is_there(shared_clinic: Clinic) -> None:
    shared_clinic.app.state.edge = shared_clinic.edge
    for path in ("/sign-in/provider", "/sign-in/return", "/sign-in/network"):
        assert shared_clinic.therapist.http.get(path).status_code == 404


def test_nothing_of_a_token_is_logged_or_left_in_an_address(
    entrance: Entrance, visitor: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    there = visitor.leave()
    answer = visitor.arrive("mara", there)
    secrets = [values[0] for name, values in parse_qs(urlsplit(there).query).items() if name in ("state", "nonce")]
    written = capsys.readouterr()
    for secret in (*secrets, "code=", email_of(entrance.clinic.lindqvist), "mara"):
        assert secret not in written.out + written.err
        assert secret not in answer.headers["location"]
    assert "signed_in" in written.out + written.err


def test_httpx_asks_with_certificates_checked() -> None:
    from deploy.identity import identity_provider
    from deploy.settings import Settings

    settings = Settings(oidc_issuer="https://id.example", oidc_client_id="x", address="https://clinic.example")
    with identity_provider(settings, lambda: None) as provider:  # type: ignore[arg-type, return-value]
        assert provider is not None
        context = provider._http._transport._pool._ssl_context  # type: ignore[attr-defined]
        assert context.check_hostname
        assert context.verify_mode.name == "CERT_REQUIRED"
        assert not provider._http.follow_redirects
        assert isinstance(provider._http, httpx.Client)


def logout_token(entrance: Entrance, **claims: Any) -> str:
    """What the provider posts when somebody signed out there."""
    at = int(entrance.clinic.now.timestamp())
    said = {"iss": entrance.provider.issuer, "aud": CLIENT_ID, "iat": at, "exp": at + 120, "jti": "1", "sub": "mara"}
    said |= {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}} | claims
    return entrance.provider.sign({name: value for name, value in said.items() if value is not None})


def told(entrance: Entrance, token: str) -> int:
    answer = entrance.visitor().http.post("/sign-in/provider/signed-out", data={"logout_token": token})
    return int(answer.status_code)


def test_signing_out_at_the_provider_signs_out_here(entrance: Entrance) -> None:
    entrance.provider.says = {"sid": "desk 1"}
    first, second = entrance.visitor(), entrance.visitor()
    first.sign_in("mara")
    entrance.provider.says = {"sid": "desk 2"}
    second.sign_in("mara")
    assert told(entrance, logout_token(entrance, sub=None, sid="desk 3")) == 200
    assert (first.is_in, second.is_in) == (True, True)
    assert told(entrance, logout_token(entrance, sid="desk 1")) == 200
    assert (first.is_in, second.is_in) == (False, True)
    assert told(entrance, logout_token(entrance, sub="alma")) == 200
    assert second.is_in
    assert told(entrance, logout_token(entrance)) == 200
    assert not second.is_in


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "n"}, {"events": {}}, {"events": None}, {"aud": "other"}, {"iss": "https://evil.example"}, {"iat": 0},
     {"sub": None}, {"sub": ["mara"]}, {"exp": 1}, {"jti": None}],
)  # fmt: skip
def test_nobody_is_signed_out_by_a_token_that_is_not_meant_so(
    entrance: Entrance, visitor: Visitor, claims: dict[str, Any]
) -> None:
    visitor.sign_in("mara")
    assert told(entrance, logout_token(entrance, **claims)) == 400
    assert told(entrance, "") == told(entrance, "x.y.z") == 400
    assert visitor.is_in
