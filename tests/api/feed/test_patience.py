"""How long a stream waits for the database: for each of its questions, from when it is asked."""

import asyncio
import threading
from time import monotonic

from api.bounded_wait import SECONDS
from api.tails import THREADS
from store import patience
from tests.api.clinic import Clinic


def test_a_stream_that_stands_in_line_behind_others_loses_no_patience(clinic: Clinic) -> None:
    """Hundreds come back at once after a restart, and have two threads: a slow database would send them off again."""
    assert asyncio.run(_until_of_last_in_line(clinic)) >= 0


async def _until_of_last_in_line(clinic: Clinic) -> float:
    """How much later its patience ends than if it had begun when the threads became free."""
    tails, are_free = clinic.edge.tails, threading.Event()
    before = [asyncio.create_task(tails.in_thread(are_free.wait)) for _ in range(THREADS)]
    last = asyncio.create_task(tails.in_thread(patience.until.get))
    await asyncio.sleep(0)  # all have asked
    freed_at = monotonic()
    are_free.set()
    await asyncio.gather(*before)
    until = await last
    assert until is not None
    return until - (freed_at + SECONDS)
