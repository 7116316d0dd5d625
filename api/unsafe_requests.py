"""The one gate before every unsafe route: a bounded body, the same origin, and the token of the sign-in session."""

import hmac
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.session_cookie import secret_in

TOKEN_HEADER = "x-csrf-token"  # noqa: S105 a name, not a secret
TOKEN_FIELD = "_csrf"  # noqa: S105 a name, not a secret
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOO_LARGE = "The body is larger than 1 MiB. Send less at once."
NOT_OURS = (
    "This form is out of date or came from another site. Load the page again. If you signed in anew since you opened"
    " it, go back in the browser first and copy what you typed."
)
Refusal = Callable[[Request, int, str], Response]
"""How a status and its sentence are answered."""
LARGEST_BODY = 1024 * 1024
LINKS = "/check-in/"
"""Pages of patients: no cookie, their forms carry the token of the secret address itself."""


def token_for(session_token: str, secret: bytes) -> str:
    """The token that forms of this sign-in session carry."""
    return hmac.digest(secret, b"csrf:" + session_token.encode(), "sha256").hex()


def token_of_link(link_secret: str, secret: bytes) -> str:
    """The token that the forms behind a patient's secret address carry."""
    return hmac.digest(secret, b"csrf of a link:" + link_secret.encode("utf-8", "replace"), "sha256").hex()


class UnsafeRequests:
    """Refuses unsafe requests from elsewhere, without the token, or with more than 1 MiB of body.

    A browser always names the origin of an unsafe request, so a request that names none and has no cookie is not
    one a foreign page can send in a person's name.
    """

    def __init__(self, app: ASGIApp, secret: bytes, refused: Refusal, address: str = "") -> None:
        """`address` is where people reach the pages: a proxy may ask for them under another name."""
        self.app = app
        self.refused = refused
        self.secret = secret
        self.place = _place_of(address)
        self.has_tls = address.startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        body = await _read(receive, asked.headers)
        if body is None:
            await self.refused(Request(scope), 413, TOO_LARGE)(scope, receive, send)
            return
        path = scope["path"]
        is_ours = self._is_of_link(asked, path, body) if path.startswith(LINKS) else self._is_ours(asked, body)
        if not is_ours:
            await self.refused(Request(scope), 403, NOT_OURS)(scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)

    def _is_ours(self, asked: HTTPConnection, body: bytes) -> bool:
        if not _is_same_origin(asked.headers, self.place):
            return False
        has_tls = self.has_tls or asked.scope.get("scheme") == "https"
        session = secret_in(asked, has_tls=has_tls)  # read as the routes read it: another parser might not see it
        if session is None:
            return True
        given = asked.headers.get(TOKEN_HEADER) or _form_token(asked.headers, body)
        return given is not None and hmac.compare_digest(given.encode(), token_for(session, self.secret).encode())

    def _is_of_link(self, asked: HTTPConnection, path: str, body: bytes) -> bool:
        """Whoever is signed in besides: a tablet of the clinic may hold the care team's cookie."""
        given = _form_token(asked.headers, body)
        wanted = token_of_link(path.removeprefix(LINKS), self.secret)
        is_ours = _is_same_site(asked.headers, self.place) and given is not None
        return is_ours and hmac.compare_digest((given or "").encode(), wanted.encode())


def _is_same_site(headers: Headers, place: str | None) -> bool:
    """As the browser says, where it says it; a page that names no referrer has the origin `null`."""
    is_theirs = headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return is_theirs and (headers.get("origin") == "null" or _is_same_origin(headers, place))


def _is_same_origin(headers: Headers, place: str | None) -> bool:
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or _place_of(origin) in {headers.get("host"), place} - {None}


def _place_of(origin: str) -> str | None:
    """Host and port; None where there is none, as in `null`."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None


def _form_token(headers: Headers, body: bytes) -> str | None:
    if not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return None
    try:
        values = parse_qs(body.decode("utf-8", "replace"), max_num_fields=2000).get(TOKEN_FIELD)
    except ValueError:
        return None
    return values[0] if values else None


async def _read(receive: Receive, headers: Headers) -> bytes | None:
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        return None
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
