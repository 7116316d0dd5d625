"""A real OpenID provider on a port of its own, which can be told to lie, to be slow to know, or to be down.

The mock signs people in by name. What it lacks is added here: it holds the PKCE verifier against the challenge, takes
a client secret, says when and how somebody signed in, and tells what it was asked.
"""

import logging
import re
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

import flask
import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from oidc_provider_mock import app as mock
from oidc_provider_mock._app import AuthorizationCodeGrant
from werkzeug.serving import make_server

from tests.waiting import PATIENCE_SECONDS

CLIENT_ID = "throughline-of-bay-kap"
CLIENT_SECRET = "a secret, with spaces & signs"
TOKEN, AUTHORIZE = "/oauth2/token", "/oauth2/authorize"
Claims = dict[str, Any]


class OpenIdProvider:
    """`now` is its clock; `says` changes the claims of the next ID tokens, `signs` how they are signed."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.key: Key = RSAKey.generate_key(2048)
        AuthorizationCodeGrant.TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
        self.app = mock(require_nonce=True)
        self.app.before_request(self._before)
        self.app.after_request(self._after)
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.http = httpx.Client(timeout=PATIENCE_SECONDS)
        """One for all: each brings certificates, which costs more than an answer."""
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.forget()

    def forget(self) -> None:
        """As it was in the beginning."""
        self.now: Callable[[], datetime] = datetime.now
        self.says: Claims = {}
        self.signs: Callable[[Claims], str] = self.sign
        self.publishes: Claims = {}
        self.keys: list[Key] = [self.key]
        self.is_down = False
        self.secret = CLIENT_SECRET
        self.asked: list[dict[str, str]] = []
        self.seen: list[str] = []
        self._challenges: dict[str, str] = {}

    def close(self) -> None:
        self.http.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def knows(self, subject: str, **claims: Any) -> None:
        """An account, with what the provider says about it."""
        self.http.put(f"{self.issuer}/users/{subject}", json=claims).raise_for_status()

    def sign(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid or self.key.thumbprint()}, claims, self.key)

    def signed_in(self, address: str, subject: str) -> str:
        """What the browser is sent back to, after somebody signed in there."""
        answer = self.http.post(address, data={"sub": subject})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def denied(self, address: str) -> str:
        """The same, after they said no; the mock forgets to give the state back."""
        answer = self.http.post(address, data={"action": "deny"})
        return f"{answer.headers['location']}&state={parse_qs(urlsplit(address).query)['state'][0]}"

    def _before(self) -> flask.Response | None:
        self.seen.append(flask.request.path)
        if self.is_down:
            return flask.Response("<h1>gateway</h1>", 503)
        if flask.request.path == TOKEN and not self._is_the_client():
            return flask.Response('{"error": "invalid_client", "error_description": "ütterly wrong"}', 401)
        return None

    def _after(self, answer: flask.Response) -> flask.Response:
        path, is_good = flask.request.path, answer.status_code < 400
        if answer.mimetype == "text/html":
            answer.set_data(re.sub(r"<link[^>]*>", "", answer.get_data(as_text=True)))  # of a server elsewhere
        if path.startswith("/.well-known/") and is_good:
            answer.set_data(flask.json.dumps((answer.get_json() or {}) | self.publishes))
        elif path == "/jwks" and is_good:
            answer.set_data(flask.json.dumps(KeySet(self.keys).as_dict()))
        elif path == AUTHORIZE and answer.status_code == 302:
            self._note(answer)
        elif path == TOKEN and is_good:
            answer.set_data(flask.json.dumps(self._with_our_token(answer.get_json() or {})))
        return answer

    def _note(self, answer: flask.Response) -> None:
        asked = flask.request.args.to_dict()
        self.asked.append(asked)
        for code in parse_qs(urlsplit(answer.headers["location"]).query).get("code", []):
            self._challenges[code] = asked["code_challenge"]

    def _is_the_client(self) -> bool:
        """It has the secret, and began what it ends."""
        form, auth = flask.request.form, flask.request.authorization
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
        if auth is not None:
            name, secret = unquote_plus(auth.username or ""), unquote_plus(auth.password or "")
        is_ours = (name, secret) == (CLIENT_ID, self.secret)
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        return is_ours and self._challenges.pop(form["code"], "") in ("", challenge)

    def _mocks_own_key(self) -> dict[str, Any]:
        found: dict[str, Any] = flask.g.oidc_provider_mock_storage.jwk.as_dict()
        return found

    def _with_our_token(self, tokens: Claims) -> Claims:
        said: Claims = jwt.decode(tokens["id_token"], RSAKey.import_key(self._mocks_own_key())).claims
        at = int(self.now().timestamp())
        said.pop("at_hash", None)
        claims = said | {"iat": at, "exp": at + 300, "auth_time": at} | self.says
        claims = {name: value for name, value in claims.items() if value is not None}
        return tokens | {"id_token": self.signs(claims)}


@contextmanager
def open_id_provider() -> Iterator[OpenIdProvider]:
    """One that runs until the end."""
    provider = OpenIdProvider()
    try:
        yield provider
    finally:
        provider.close()


def another_key(kind: str = "RSA") -> Key:
    """A key that the provider does not publish."""
    return RSAKey.generate_key(2048) if kind == "RSA" else ECKey.generate_key("P-256")
