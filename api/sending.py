"""How one batch gets down a stream: noted as disclosed together with that of others, then rendered once for all."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from api.noting import Noting
from api.rendered import Rendered
from store.datastore import Datastore
from store.disclosures import Outgoing
from store.subscriber_feed import Further

InThread = Callable[..., Awaitable[Any]]
REMEMBERED = 200


class Sending:
    """For the streams of one network and log. In one event loop only."""

    def __init__(self, datastore: Datastore, network_id: UUID, noting: Noting, in_thread: InThread) -> None:
        self._datastore, self._network_id = datastore, network_id
        self._noting, self._in_thread = noting, in_thread
        self._rendered = Rendered()
        self._before: dict[tuple[object, ...], asyncio.Task[int | None]] = {}

    async def sent(self, further: Further) -> bytes | None:
        """Its bytes, once it is durably noted; None where key or grant do not allow it as it is: nothing may leave."""
        batch = Outgoing(further.key_hash, further.grant_id, self._rendered.contents(further))
        if not await self._noting.noted(batch):
            return None
        previous = further.previous if further.previous is not None else await self._position_before(further)
        return self._rendered.sent(further, previous)

    async def _position_before(self, further: Further) -> int | None:
        """The position before it in its view; asked once for all streams of such a view."""
        view = further.view
        key = (view.names, view.only_stream, view.subscriber.since_position, further.rows[0].position)
        if (asked := self._before.get(key)) is None or (asked.done() and (asked.cancelled() or asked.exception())):
            while len(self._before) >= REMEMBERED:
                del self._before[next(iter(self._before))]  # the oldest
            asked = self._before[key] = asyncio.ensure_future(self._in_thread(self._ask, further))
        return await asyncio.shield(asked)  # a stream that ends must not take it from the others

    def _ask(self, further: Further) -> int | None:
        with self._datastore.in_network(self._network_id) as connection:
            return further.view.previous_before(connection, further.rows[0].position)
