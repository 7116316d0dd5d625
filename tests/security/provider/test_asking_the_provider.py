"""How we ask the provider itself: as it takes it, and not for long where it is down, hangs or publishes nonsense."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from api.identity.attempt import begun
from api.identity.errors import ProviderIsDown
from api.identity.provider import AT_ONCE, IdentityProvider
from tests.api.clinic import Clinic
from tests.identity_provider import CLIENT_SECRET, OpenIdProvider
from tests.security.entrance import Entrance, Visitor, registration, why
from tests.waiting import PATIENCE_SECONDS, eventually


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
