"""The cookie that signs somebody in: the secret of a sign-in session, kept from scripts and for this host alone."""

from starlette.requests import HTTPConnection
from starlette.responses import Response

SESSION_COOKIE = "throughline_session"
SESSION_COOKIE_OVER_TLS = f"__Host-{SESSION_COOKIE}"
"""Browsers take a cookie of such a name over TLS only, and from this very host (RFC 6265bis §4.1.3.2): a neighbour
under the same domain can neither plant one nor hide ours behind one."""


def secret_in(asked: HTTPConnection, *, has_tls: bool) -> str | None:
    """The secret that a request brings; where browsers come by TLS, only from the cookie that needs it."""
    return asked.cookies.get(_name(has_tls))


def give(answer: Response, secret: str, *, has_tls: bool) -> None:
    """It lasts as long as the browser is open; the server ends the session before."""
    answer.set_cookie(_name(has_tls), secret, httponly=True, samesite="lax", secure=has_tls, path="/")


def take_back(answer: Response, *, has_tls: bool) -> None:
    """The browser forgets it."""
    answer.delete_cookie(_name(has_tls), httponly=True, samesite="lax", secure=has_tls, path="/")


def _name(has_tls: bool) -> str:
    return SESSION_COOKIE_OVER_TLS if has_tls else SESSION_COOKIE
