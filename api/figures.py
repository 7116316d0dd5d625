"""What a monitor is given, by the pages' process and by workers alike, and whether it may have it."""

import hmac
from collections.abc import Callable
from typing import NamedTuple


class Figures(NamedTuple):
    """`text` collects figures for a monitor; `token` is what it has to bring, None where none is set."""

    text: Callable[[], bytes]
    token: str | None = None


NO_FIGURES = Figures(lambda: b"")


def may_read(authorization: str | None, token: str) -> bool:
    """Whether this `Authorization` header brings the token."""
    return hmac.compare_digest((authorization or "").encode(), f"Bearer {token}".encode())
