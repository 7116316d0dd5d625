"""What many streams send of the same events, made once for all of them.

An item depends on nothing of its recipient but whether it is in full and which position comes before in the view.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from sse_starlette import ServerSentEvent

from store.disclosures import Contents, contents_of
from store.subscriber_feed import Further

T = TypeVar("T")
REMEMBERED = 500


class Rendered:
    """Of one log, as long as it is of use. In one event loop only."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], Any] = {}

    def contents(self, further: Further) -> Contents:
        """What is written down of it."""
        return self._once((_key(further),), lambda: contents_of([further.view.item(row, 0) for row in further.rows]))

    def sent(self, further: Further, previous: int | None) -> bytes:
        """What goes down a stream; `previous` is the position before it in the view."""
        return self._once((_key(further), previous), lambda: _sent(further, previous))

    def _once(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        if key not in self._made:
            while len(self._made) >= REMEMBERED:
                del self._made[next(iter(self._made))]  # the oldest
            self._made[key] = make()
        found: T = self._made[key]
        return found


def as_sent(item: dict[str, Any]) -> bytes:
    """One event of a stream, with its cursor as id."""
    cursor = f"{item['logid']}:{item['position']}"
    return ServerSentEvent(data=orjson.dumps(item).decode(), event=item["type"], id=cursor).encode()


def _key(further: Further) -> tuple[object, ...]:
    grant = further.view.subscriber.grant
    return (grant is not None and grant.full, *(row.position for row in further.rows))


def _sent(further: Further, previous: int | None) -> bytes:
    events = []
    for row in further.rows:
        events.append(as_sent(further.view.item(row, previous)))
        previous = row.position
    return b"".join(events)
