"""Many who wait in the event loop, let go on a few at a time, so that a page is never behind all of them."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
AT_ONCE = 8
RESTS = 9.0
"""How many times as long as some took until the next: together they have a tenth of the event loop."""
LONGEST_REST_SECONDS = 0.02
"""On a busy machine, too, two hundred streams have what came within half a second."""


async def answer_in_turns(waiting: Sequence[tuple[asyncio.Future[T], T]]) -> None:
    """Give each its answer; the next few when those before have done what they do with it, and after a rest."""
    loop = asyncio.get_running_loop()
    for first in range(0, len(waiting), AT_ONCE):
        begun = loop.time()
        for future, answer in waiting[first : first + AT_ONCE]:
            if not future.done():
                future.set_result(answer)
        await asyncio.sleep(0)
        if first + AT_ONCE < len(waiting):
            await asyncio.sleep(min(LONGEST_REST_SECONDS, RESTS * (loop.time() - begun)))
