"""The identity provider of this installation: the way there, and what comes back proves."""

import hmac
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import quote_plus, urlencode

import httpx
from authlib.oauth2.client import OAuth2Client
from joserfc.jwk import KeySet

from api.identity.attempt import Attempt
from api.identity.errors import NotProven, ProviderIsDown
from api.identity.logout_token import SignedOut, signed_out_in
from api.identity.proof import KeyIsNotKnown, Proof, Wanted, proof_in
from api.identity.published import Endpoints, Published
from api.identity.registration import Registration
from store.command import Clock
from store.sign_in import IDLE

T = TypeVar("T")
SCOPES = "openid email"
AT_ONCE = 12
"""Threads that wait for the provider at most, of the 40 that answer requests."""
CANCELLED = "cancelled"
"""Why nothing is proven where the person, or the provider for them, said no."""


class _CodeIsRefused(Exception):
    """The provider gives no tokens for this code. What it says about that is not kept: it may be anything."""

    def __init__(self, **said: Any) -> None:
        super().__init__(_CodeIsRefused.__doc__)


class _Client(OAuth2Client):  # type: ignore[misc]  # the library ships no types
    oauth_error_class = _CodeIsRefused


class IdentityProvider:
    """Asked over `http`, which verifies certificates and follows no redirections."""

    def __init__(self, registration: Registration, http: httpx.Client, clock: Clock) -> None:
        self.registration = registration
        self._http = http
        self._clock = clock
        self._published = Published(registration.issuer, http)
        self._waiting = threading.BoundedSemaphore(AT_ONCE)

    @property
    def title(self) -> str:
        """What people call it."""
        return self.registration.title

    def way_there(self, attempt: Attempt, *, asks_anew: bool) -> str:
        """The address at which the person proves who they are, `asks_anew` whoever the provider takes them for.

        Otherwise it may know them already, but for no longer than a rest signs somebody out here: else one press of a
        button would sign the last person in again.
        """
        asked: dict[str, Any] = {"nonce": attempt.nonce, "max_age": str(int(IDLE.total_seconds()))}
        if asks_anew:
            asked |= {"prompt": "login", "max_age": "0"}
        if self.registration.acr:
            asked["acr_values"] = " ".join(self.registration.acr)
        with self._turn():
            endpoint = self._published.endpoints().authorization_endpoint
        address, _ = self._client().create_authorization_url(
            endpoint, state=attempt.state, code_verifier=attempt.verifier, **asked
        )
        return str(address)

    def proof(self, came_back: Mapping[str, str], attempt: Attempt) -> Proof:
        """Who it is, from what the browser brought back. NotProven or ProviderIsDown."""
        with self._turn():
            endpoints = self._published.endpoints()
            self._require_ours(came_back, attempt, endpoints)
            tokens = self._tokens(came_back.get("code", ""), attempt, endpoints)
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str):
            raise NotProven("token")
        beside, wanted = access_token if isinstance(access_token, str) else None, self._wanted(attempt)
        return self._checked(lambda keys: proof_in(id_token, beside, keys, wanted))

    def signed_out(self, token: str) -> SignedOut:
        """Whose sessions end because they signed out at the provider. NotProven or ProviderIsDown."""
        ours, now = self.registration, self._clock()
        return self._checked(
            lambda keys: signed_out_in(token, keys, issuer=ours.issuer, client_id=ours.client_id, now=now)
        )

    def way_out(self) -> str | None:
        """Where the person ends their session there too; None where the provider has no such place, or is down."""
        try:
            with self._turn():
                endpoint = self._published.endpoints().end_session_endpoint
        except ProviderIsDown:
            return None
        if endpoint is None:
            return None
        back = f"{self.registration.address.rstrip('/')}/sign-in"
        asked = {"client_id": self.registration.client_id, "post_logout_redirect_uri": back}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def _require_ours(self, came_back: Mapping[str, str], attempt: Attempt, endpoints: Endpoints) -> None:
        """The browser that left has come back, from this provider (RFC 9207), with a code."""
        if not hmac.compare_digest(came_back.get("state", "").encode(), attempt.state.encode()):
            raise NotProven("state")
        said = came_back.get("iss")
        if said != self.registration.issuer and (said or endpoints.authorization_response_iss_parameter_supported):
            raise NotProven("iss")
        if came_back.get("error") == "access_denied":
            raise NotProven(CANCELLED)
        if not came_back.get("code"):
            raise NotProven("code")

    def _tokens(self, code: str, attempt: Attempt, endpoints: Endpoints) -> Mapping[str, Any]:
        """The code for tokens, once. The client authenticates as the provider asks; a public one by PKCE alone."""
        ours, asked = self.registration, {"code": code, "code_verifier": attempt.verifier}
        auth: httpx.BasicAuth | None = None
        if ours.client_secret is None:
            asked["client_id"] = ours.client_id
        elif "client_secret_basic" in endpoints.token_endpoint_auth_methods_supported:
            auth = httpx.BasicAuth(quote_plus(ours.client_id), quote_plus(ours.client_secret))
        else:
            asked |= {"client_id": ours.client_id, "client_secret": ours.client_secret}
        try:
            tokens: Mapping[str, Any] = self._client().fetch_token(
                endpoints.token_endpoint, grant_type="authorization_code", auth=auth or _unchanged, **asked
            )
        except _CodeIsRefused:
            raise NotProven("code") from None
        except (httpx.HTTPError, ValueError, TypeError):
            raise ProviderIsDown(ProviderIsDown.__doc__) from None
        return tokens

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """So few wait for a provider that hangs that threads are left for everybody who is signed in."""
        if not self._waiting.acquire(blocking=False):
            raise ProviderIsDown(ProviderIsDown.__doc__)
        try:
            yield
        finally:
            self._waiting.release()

    def _checked(self, check: Callable[[KeySet], T]) -> T:
        """With newer keys where the token names one that is not known: providers change theirs."""
        try:
            with self._turn():
                return check(self._published.keys())
        except KeyIsNotKnown:
            pass
        try:
            with self._turn():
                return check(self._published.newer_keys())
        except KeyIsNotKnown:
            raise NotProven("signature") from None

    def _wanted(self, attempt: Attempt) -> Wanted:
        ours, now = self.registration, self._clock()
        confirms = bool(attempt.of_session)
        since = attempt.started_at if confirms else attempt.started_at - IDLE
        return Wanted(ours.issuer, ours.client_id, attempt.nonce, now, ours.acr, ours.amr, since, confirms)

    def _client(self) -> _Client:
        """Authlib's client over our own connections: its integration wants another HTTP library."""
        return _Client(
            self._http,
            client_id=self.registration.client_id,
            scope=SCOPES,
            redirect_uri=self.registration.address_back,
            code_challenge_method="S256",
        )


def _unchanged(request: httpx.Request) -> httpx.Request:
    """No header of its own: the body says who asks."""
    return request
