"""Many who wait in the event loop, let go on a few at a time, so that a page is never behind all of them."""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Any

AT_ONCE = 8
RESTS = 9.0
"""How many times as long as some took until the next: together they have a tenth of the event loop."""
LONGEST_REST_SECONDS = 0.02
"""On a busy machine, too, two hundred streams have what came within half a second."""

Answered = tuple["asyncio.Future[Any]", Any]
"""Somebody who waits, and with what they are to be let go on."""


class Turns:
    """One line for all who wait in one event loop, whatever they wait for."""

    def __init__(self) -> None:
        self._line: deque[Answered] = deque()
        self._going: asyncio.Task[None] | None = None

    def let_go(self, waiting: Iterable[Answered]) -> None:
        """Give each its answer in its turn. The next few have theirs when those before did what they do with it."""
        self._line.extend(waiting)
        if self._going is None:
            self._going = asyncio.create_task(self._go())

    async def all_let_go(self, waiting: Iterable[Answered] = ()) -> None:
        """Wait until they are let go, and whoever stood in line before them."""
        last: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.let_go((*waiting, (last, None)))
        await last

    async def _go(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._line:
                begun = loop.time()
                for _ in range(min(AT_ONCE, len(self._line))):
                    future, answer = self._line.popleft()
                    if not future.done():
                        future.set_result(answer)
                await asyncio.sleep(0)
                if self._line:
                    await asyncio.sleep(min(LONGEST_REST_SECONDS, RESTS * (loop.time() - begun)))
        finally:  # also when this task is cancelled: nobody may wait for it for ever
            self._going = None
            while self._line:
                self._line.popleft()[0].cancel()
