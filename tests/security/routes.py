"""Every route of the application, found by walking it, and what the oracle of the access matrix calls them."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

from api.route_index import RouteIndex

ENDLESS = frozenset({"/events/stream"})
"""Answers until somebody hangs up, so it is asked over a real connection: tests/api/feed/test_stream.py."""
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class AnyIds(dict[str, Any]):
    """Ids of an address; of what it does not depend on, any."""

    def __missing__(self, name: str) -> str:
        return str(uuid4())


class Address(NamedTuple):
    """One method of one route; `kind` is what serves it, `endpoint` the function."""

    method: str
    path: str
    kind: str = "route"
    endpoint: Any = None

    @property
    def is_unsafe(self) -> bool:
        return self.method in UNSAFE

    @property
    def speaks_json(self) -> bool:
        return self.path.startswith(("/api/", "/events"))

    def of(self, **ids: Any) -> str:
        """The path with these ids in it."""
        return self.path.format(**ids)


def addresses(app: FastAPI) -> list[Address]:
    """All that end, in the order in which they are asked; HEAD and OPTIONS go with their GET."""
    found = [one for one in _walk(app.routes) if one.path not in ENDLESS]
    assert len(found) == len({one[:2] for one in found}), "two routes answer the same address"
    return found


def _walk(routes: Any) -> Iterator[Address]:
    for route in routes:
        if isinstance(route, APIRoute | Route):
            for method in sorted((route.methods or {"GET"}) - {"HEAD", "OPTIONS"}):
                yield Address(method, route.path, "route", route.endpoint)
        elif isinstance(route, Mount):
            yield Address("GET", route.path, type(route.app).__name__)
        elif isinstance(route, RouteIndex):
            continue  # finds the routes that stand beside it, and has none of its own
        else:
            raise AssertionError(f"{type(route).__name__} is a kind of route that nobody has looked at")
