"""What the next page says after something was recorded; carried for a minute in a signed cookie, not in an address."""

import base64
import binascii
import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

import orjson
from fastapi import Request, Response

COOKIE = "throughline_notice"
SECONDS = 60
MARK_BYTES = 16


class Notice(NamedTuple):
    """A sentence without any finding in it, and where to go from it: (address, words)."""

    text: str
    links: list[tuple[str, str]]
    at: float = 0.0


def leave_notice(answer: Response, notice: Notice, secret: bytes, now: datetime) -> None:
    """Have the next page show it."""
    body = orjson.dumps([notice.text, notice.links, now.timestamp()])
    value = base64.urlsafe_b64encode(_mark(body, secret) + body).decode()
    answer.set_cookie(COOKIE, value, max_age=SECONDS, httponly=True, samesite="lax", path="/")


def notice_left(request: Request, secret: bytes, now: datetime) -> Notice | None:
    """The notice of the page before, if it is ours and fresh."""
    try:
        signed = base64.urlsafe_b64decode(request.cookies.get(COOKIE, ""))
        mark, body = signed[:MARK_BYTES], signed[MARK_BYTES:]
        if not body or not hmac.compare_digest(mark, _mark(body, secret)):
            return None
        text, links, at = orjson.loads(body)
    except (binascii.Error, ValueError):
        return None
    is_fresh = abs(now.timestamp() - at) <= timedelta(seconds=SECONDS).total_seconds()
    return Notice(text, [(href, words) for href, words in links], at) if is_fresh else None


def take_away(answer: Response) -> None:
    """A notice is shown once."""
    answer.delete_cookie(COOKIE, path="/")


def _mark(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"notice:" + body, sha256).digest()[:MARK_BYTES]
