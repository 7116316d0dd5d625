"""Finds a route by the last word of its path, instead of trying the patterns of two hundred decisions and forms."""

from collections import defaultdict
from collections.abc import Iterable

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


class RouteIndex(BaseRoute):
    """Stands before the routers themselves, which still describe every route and answer for what is not found here.

    The framework matches pattern by pattern, and each included router twice: that took longer than the decision.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._by_last_word: dict[str, list[APIRoute]] = defaultdict(list)
        for route in routes:
            if isinstance(route, APIRoute) and not (word := route.path.rpartition("/")[2]).startswith("{"):
                self._by_last_word[word].append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Only what matches in full, method included."""
        if scope["type"] == "http":
            for route in self._by_last_word.get(scope["path"].rpartition("/")[2], ()):
                match, child_scope = route.matches(scope)
                if match is Match.FULL:
                    return match, child_scope
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the route that matched."""
        await scope["route"].handle(scope, receive, send)
