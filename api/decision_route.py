"""How the route of a decision is read: key, version and body without the framework's solver.

For every parameter of a route the framework looks again at its type, its name and its place. For a decision that took
as long as the decision itself.
"""

from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.edge_headers import value_of

SHORTEST_KEY, LONGEST_KEY = 8, 200
LONGEST_VERSION = 50
JSON = b"application/json"


class Given(NamedTuple):
    """What came with a request for a decision."""

    episode_id: UUID
    body: dict[str, Any]
    idempotency_key: str
    if_match: str | None


class DecisionRoute(APIRoute):
    """A route that is described by its signature like any other; its function is called with the same values.

    A request that is not plainly in order goes the framework's way, which says what is wrong with it.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        by_framework, decide = super().get_route_handler(), self.endpoint

        async def handle(request: Request) -> Response:
            given = await given_in(request)
            if given is None:
                return await by_framework(request)
            response: Response = await run_in_threadpool(decide, request, *given)
            return response

        return handle


async def given_in(request: Request) -> Given | None:
    """Everything in its plain form; None where anything is missing or has to be looked at more closely."""
    headers = request.scope["headers"]
    key, version = value_of(headers, b"idempotency-key"), value_of(headers, b"if-match")
    if key is None or not SHORTEST_KEY <= len(key) <= LONGEST_KEY or len(version or b"") > LONGEST_VERSION:
        return None
    if value_of(headers, b"content-type") != JSON:
        return None
    try:
        episode_id = UUID(request.path_params["episode_id"])
        body = orjson.loads(await request.body())
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    return Given(episode_id, body, key.decode("latin-1"), None if version is None else version.decode("latin-1"))
