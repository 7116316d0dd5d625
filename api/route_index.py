"""Finds a route by the last word of its path, instead of trying the patterns of all decisions, forms and pages."""

from collections import defaultdict
from collections.abc import Iterable

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


class RouteIndex(BaseRoute):
    """Stands before the routes themselves, which describe the application and answer for what is not found here.

    The framework tries pattern after pattern: that took longer than many a decision, or than half of a page.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._by_last_word: dict[tuple[str, int], list[APIRoute]] = defaultdict(list)
        for route in routes:
            if isinstance(route, APIRoute):
                self._by_last_word[_last_word(route.path)].append(route)
        self._most = max((parameters for _, parameters in self._by_last_word), default=0)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Only what matches in full, method included; of two the one that names the later word of the path."""
        if scope["type"] == "http":
            before: str = scope["path"]
            for parameters in range(self._most + 1):
                before, _, word = before.rpartition("/")
                for route in self._by_last_word.get((word, parameters), ()):
                    match, child_scope = route.matches(scope)
                    if match is Match.FULL:
                        return match, child_scope
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the route that matched."""
        await scope["route"].handle(scope, receive, send)


def _last_word(path: str) -> tuple[str, int]:
    """The last fixed word of a pattern, and how many parameters follow it."""
    before, _, last = path.rpartition("/")
    parameters = 0
    while last.startswith("{"):
        before, _, last = before.rpartition("/")
        parameters += 1
    return last, parameters
