"""What every answer carries: a strict content security policy, no sniffing, no caching of anything about a person."""

from collections.abc import Iterable, Iterator

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with `no-referrer` browsers send forms of our own with the origin `null`
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}
RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
LINKS = "/check-in/"
OF_A_LINK = HEADERS | {"referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow, noarchive"}
"""The address of such a page is a secret: it is told to nobody, not even to pages of our own."""
RAW_OF_A_LINK = [(name.encode(), value.encode()) for name, value in OF_A_LINK.items()]
CACHING = b"cache-control"
NEVER = "no-store"
"""Nothing about a person stays in a cache."""
OF_A_FILE = b"public, max-age=3600"


def headers_of(path: str) -> dict[str, str]:
    """What an answer at this address carries."""
    return OF_A_LINK if path.startswith(LINKS) else HEADERS


def value_of(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    """The first value under a name in small letters, as the server hands headers over; None where there is none."""
    return next((value for found, value in headers if found == name), None)


class EdgeHeaders:
    """Adds the headers to every answer; static files may be cached, everything else may not.

    Where browsers come by TLS no cookie goes without it, the small ones included: a notice says what was recorded.
    """

    def __init__(self, app: ASGIApp, *, has_tls: bool = False) -> None:
        """`has_tls`: they do, even if the proxy that ends it does not say so."""
        self.app = app
        self.has_tls = has_tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        raw = RAW_OF_A_LINK if scope["path"].startswith(LINKS) else RAW
        has_tls = self.has_tls or scope["scheme"] == "https"
        caching = OF_A_FILE if scope["path"].startswith("/static/") else NEVER.encode()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = _for_tls_alone(message["headers"]) if has_tls else message["headers"]
                headers = [*own, *raw]  # no route sets any of these itself
                if all(name != CACHING for name, _ in headers):
                    headers.append((CACHING, caching))
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _for_tls_alone(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    for name, value in headers:
        is_open = name == b"set-cookie" and b"; secure" not in value.lower()
        yield name, value + b"; Secure" if is_open else value
