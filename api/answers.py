"""Every request gets an id, which goes with what it causes, and every answer is measured and, if it matters, logged.

The id is that of the header `X-Request-Id` where it is a UUID, else a new one. It is the correlation id of the command,
so that the log lines of workers that react to it carry the same. It comes back in the answer only to those who sent
one: a new one would be the one thing in which two answers "not found" differ.
"""

import time
from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID, uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge_headers import value_of
from api.unsafe_requests import SAFE_METHODS

RAW_HEADER = b"x-request-id"
REQUEST_ID = "request_id"
"""Under this name `request.state` and the log lines carry it."""
NO_ROUTE = "none"
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
OUR_FAULT = 500

log = structlog.get_logger(__name__)


class Answered(NamedTuple):
    """One answer. `route` is the pattern of the address, never the address: that carries ids."""

    method: str
    route: str
    status: int
    seconds: float


Watch = Callable[[Answered], None]


class Answers:
    """Stands outside everything else, so that a request that is refused early counts too."""

    def __init__(self, app: ASGIApp, watch: Watch | None) -> None:
        self.app = app
        self.watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        came = id_in(value_of(scope["headers"], RAW_HEADER))
        request_id = came or uuid4()
        scope.setdefault("state", {})[REQUEST_ID] = request_id
        structlog.contextvars.bind_contextvars(request_id=str(request_id))
        began, status = time.perf_counter(), OUR_FAULT

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if came:
                    message["headers"] = [*message["headers"], (RAW_HEADER, str(came).encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            self._note(Answered(method_of(scope), route_of(scope), status, time.perf_counter() - began))

    def _note(self, answered: Answered) -> None:
        if self.watch is not None:
            self.watch(answered)
        if answered.status >= OUR_FAULT or answered.method not in SAFE_METHODS:
            log.info("answered", **answered._asdict() | {"seconds": round(answered.seconds, 4)})


def id_in(given: bytes | None) -> UUID | None:
    """The id that came with the request, if it is one."""
    try:
        return UUID(given.decode("latin-1")) if given else None
    except ValueError:
        return None


def method_of(scope: Scope) -> str:
    """One of the known ones: anybody may send any word."""
    return scope["method"] if scope["method"] in METHODS else "other"


def route_of(scope: Scope) -> str:
    """The pattern that matched."""
    if scope["path"].startswith("/static/"):
        return "/static"
    return str(getattr(scope.get("route"), "path", NO_ROUTE))
