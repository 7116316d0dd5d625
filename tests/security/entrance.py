"""A clinic whose people sign in with an identity provider, and browsers on their way there and back."""

from dataclasses import replace

import httpx
from fastapi.testclient import TestClient

from api.edge import Edge
from api.identity.provider import IdentityProvider
from api.identity.registration import Registration
from api.session_cookie import SESSION_COOKIE
from api.unsafe_requests import TOKEN_HEADER, token_for
from domain.actor import Actor
from tests.api.clinic import Clinic
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider

ADDRESS = "http://testserver"


def email_of(actor: Actor) -> str:
    """The address under which the clinic has admitted somebody."""
    return f"{actor.actor_id.hex[:12]}@example.org"


def registration(provider: OpenIdProvider, address: str = ADDRESS) -> Registration:
    return Registration(provider.issuer, CLIENT_ID, CLIENT_SECRET, address, "Bay Health")


def edge_with(clinic: Clinic, provider: OpenIdProvider, asks: Registration, *, is_demo: bool = False) -> Edge:
    """The clinic's doors, with that provider, which forgets what was and lives by the clinic's clock."""
    provider.forget()
    provider.now = lambda: clinic.now
    ours = IdentityProvider(asks, provider.http, lambda: clinic.now)
    return replace(clinic.edge, provider=ours, is_demo=is_demo)


class Entrance:
    """The clinic's application with that provider, and without the demonstration's sign-in."""

    def __init__(
        self, clinic: Clinic, provider: OpenIdProvider, *, is_demo: bool = False, asks: Registration | None = None
    ) -> None:
        self.clinic, self.provider = clinic, provider
        self.registration = asks or registration(provider)
        self.edge = clinic.app.state.edge = edge_with(clinic, provider, self.registration, is_demo=is_demo)

    def visitor(self) -> "Visitor":
        return Visitor(self)

    def knows(self, actor: Actor, subject: str) -> None:
        """The provider has an account of this person's, under the address that the clinic has of them."""
        self.provider.knows(subject, email=email_of(actor), email_verified=True)


class Visitor:
    """A browser. `leave` goes to the provider, `arrive` signs in there and comes back."""

    def __init__(self, entrance: Entrance) -> None:
        self.entrance = entrance
        self.http = TestClient(entrance.clinic.app, base_url=entrance.registration.address, follow_redirects=False)

    def leave(self, then: str = "", start: str = "/sign-in/provider") -> str:
        answer = self.http.get(start, params={"then": then} if then else None)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def arrive(self, subject: str, there: str | None = None) -> httpx.Response:
        back = self.entrance.provider.signed_in(there or self.leave(), subject)
        answer: httpx.Response = self.http.get(back)
        return answer

    def sign_in(self, subject: str) -> None:
        assert self.arrive(subject).headers["location"] == "/"
        assert self.is_in

    def get(self, path: str) -> httpx.Response:
        self.entrance.clinic.catch_up_with_decisions()
        answer: httpx.Response = self.http.get(path)
        return answer

    def post(self, path: str, data: dict[str, str]) -> httpx.Response:
        self.entrance.clinic.catch_up_with_decisions()
        token = token_for(self.http.cookies.get(SESSION_COOKIE, ""), self.entrance.edge.secret)
        answer: httpx.Response = self.http.post(path, data=data, headers={TOKEN_HEADER: token})
        return answer

    @property
    def is_in(self) -> bool:
        return bool(self.http.get("/stay").status_code == 204)


def why(answer: httpx.Response) -> str:
    """What the page, to which this answer leads, says about a sign-in that failed."""
    location = httpx.URL(answer.headers["location"])
    assert location.path in ("/sign-in", "/reauthenticate"), location.path
    return str(location.params["why"])
