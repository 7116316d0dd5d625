"""A cookie that only this installation can read and write, for a few minutes on the way through signing in."""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import sha256
from typing import Generic, TypeVar

from cryptography.fernet import Fernet, InvalidToken
from pydantic import BaseModel
from starlette.requests import HTTPConnection
from starlette.responses import Response

PATH = "/sign-in"
M = TypeVar("M", bound=BaseModel)


class SealedCookie(Generic[M]):
    """Bound to the browser that was given it; scripts cannot read it, and other sites' requests do not bring it."""

    def __init__(self, name: str, kind: type[M], *, seconds: int) -> None:
        self.name, self._kind, self._seconds = name, kind, seconds

    def put(self, answer: Response, value: M, secret: bytes, now: datetime, *, secure: bool) -> None:
        """Give it to the browser."""
        sealed = self._box(secret).encrypt_at_time(value.model_dump_json().encode(), int(now.timestamp()))
        answer.set_cookie(
            self.name,
            sealed.decode(),
            max_age=self._seconds,
            path=PATH,
            httponly=True,
            samesite="lax",
            secure=secure,
        )

    def read(self, request: HTTPConnection, secret: bytes, now: datetime) -> M | None:
        """What it holds; None where there is none, or it is too old, or not ours."""
        sealed = request.cookies.get(self.name, "")
        try:
            text = self._box(secret).decrypt_at_time(sealed.encode(), self._seconds, int(now.timestamp()))
        except InvalidToken:
            return None
        return self._kind.model_validate_json(text)

    def drop(self, answer: Response) -> None:
        """Take it away again: it is good for one use."""
        answer.delete_cookie(self.name, path=PATH)

    def _box(self, secret: bytes) -> Fernet:
        return Fernet(urlsafe_b64encode(hmac.digest(secret, f"cookie {self.name}".encode(), sha256)))
