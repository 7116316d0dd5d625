"""What an identity provider publishes about itself: its addresses and the keys that it signs with."""

import threading
import time
from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from api.identity.errors import ProviderIsDown

KEPT_SECONDS = 3600.0
RESTS_SECONDS = 10.0
"""Between two questions, so that a provider that is down is not asked by every visitor of the sign-in page."""
LARGEST = 1024 * 1024
T = TypeVar("T")
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\\]+$", max_length=2000)]


class Endpoints(BaseModel):
    """The parts of the provider's metadata that are used here (OpenID Connect Discovery 1.0, section 3)."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: Address
    token_endpoint: Address
    jwks_uri: Address
    end_session_endpoint: Address | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False

    def is_of(self, issuer: str) -> bool:
        """Whether it is this issuer's, and nothing is asked without TLS of one that has it."""
        addresses = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri, self.end_session_endpoint)
        has_tls = all(one is None or one.startswith("https:") for one in addresses)
        return self.issuer == issuer and (has_tls or not issuer.startswith("https:"))


class Published:
    """Asks for both when they are first needed, and again every hour. ProviderIsDown where they cannot be had."""

    def __init__(self, issuer: str, http: httpx.Client) -> None:
        self._issuer, self._http = issuer, http
        self._endpoints = _Remembered(self._ask_for_endpoints)
        self._keys = _Remembered(self._ask_for_keys)

    def endpoints(self) -> Endpoints:
        return self._endpoints.get()

    def keys(self) -> KeySet:
        return self._keys.get()

    def newer_keys(self) -> KeySet:
        """As they are now: the provider may have begun to sign with another."""
        return self._keys.get(kept_seconds=RESTS_SECONDS)

    def _ask_for_endpoints(self) -> Endpoints:
        found = Endpoints.model_validate_json(self._got(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"))
        if not found.is_of(self._issuer):
            raise ValueError("the metadata are another issuer's, or name an address without TLS")
        return found

    def _ask_for_keys(self) -> KeySet:
        return KeySet.import_key_set(httpx.Response(200, content=self._got(self.endpoints().jwks_uri)).json())

    def _got(self, address: str) -> bytes:
        with self._http.stream("GET", address) as answer:
            answer.raise_for_status()
            if answer.status_code != 200:  # a redirection, which is not followed
                raise ValueError("the provider answered with something else")
            body = b""
            for part in answer.iter_bytes():
                body += part
                if len(body) > LARGEST:
                    raise ValueError("the provider's answer is too long")
        return body


class _Remembered(Generic[T]):
    """The newest answer to one question. A failure is remembered too, for a few seconds, and takes no answer away."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._answer: T | None = None
        self._answered_at = self._asked_at = -KEPT_SECONDS

    def get(self, kept_seconds: float = KEPT_SECONDS) -> T:
        with self._lock:
            now = time.monotonic()
            if now >= self._answered_at + kept_seconds and now >= self._asked_at + RESTS_SECONDS:
                self._ask_anew()
            if self._answer is None or time.monotonic() >= self._answered_at + KEPT_SECONDS:
                raise ProviderIsDown(ProviderIsDown.__doc__)
            return self._answer

    def _ask_anew(self) -> None:
        answer = self._asked()
        self._asked_at = time.monotonic()
        if answer is not None:
            self._answer, self._answered_at = answer, self._asked_at

    def _asked(self) -> T | None:
        try:
            return self._ask()
        except (httpx.HTTPError, httpx.InvalidURL, ValidationError, JoseError, ProviderIsDown, ValueError, KeyError):
            return None
