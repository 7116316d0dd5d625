"""Whoever wrote waits, bounded, until the read models have reached the position."""

import asyncio
import time
from collections.abc import Iterator

import psycopg
import pytest

from projections.engine.waiting import Waiting
from tests.projections.tally import TALLY


class Positions:
    """Positions that a test moves; counts how often somebody asked."""

    def __init__(self) -> None:
        self.reached = 5
        self.asked = 0
        self.is_down = False

    def __call__(self) -> dict[tuple[str, int], int]:
        self.asked += 1
        if self.is_down:
            raise psycopg.OperationalError("down")
        return {(TALLY.name, TALLY.version): self.reached}


@pytest.fixture
def positions() -> Positions:
    return Positions()


@pytest.fixture
def waiting(positions: Positions) -> Iterator[Waiting]:
    waiting = Waiting(positions)
    yield waiting
    waiting.close()


def test_what_is_reached_is_not_waited_for(waiting: Waiting) -> None:
    assert waiting.wait_until(5, [TALLY])


def test_a_wait_ends_as_soon_as_the_position_is_reached(waiting: Waiting, positions: Positions) -> None:
    waits = waiting.reached(6, [TALLY])
    time.sleep(0.05)
    assert not waits.done()
    positions.reached = 7
    begun = time.monotonic()
    assert waits.result(1)
    assert time.monotonic() - begun < 0.1


def test_a_wait_is_bounded(waiting: Waiting) -> None:
    begun = time.monotonic()
    assert not waiting.wait_until(99, [TALLY], timeout=0.1)
    assert time.monotonic() - begun < 0.5


def test_nobody_asks_while_nobody_waits(waiting: Waiting, positions: Positions) -> None:
    waiting.wait_until(5, [TALLY])
    time.sleep(0.05)
    asked = positions.asked
    time.sleep(0.1)
    assert positions.asked == asked


def test_one_question_answers_all_who_wait(waiting: Waiting, positions: Positions) -> None:
    waits = [waiting.reached(6, [TALLY]) for _ in range(200)]
    asked = positions.asked
    positions.reached = 6
    assert all(one.result(1) for one in waits)
    assert positions.asked - asked <= 3


def test_a_database_that_is_down_is_asked_again(waiting: Waiting, positions: Positions) -> None:
    positions.is_down = True
    waits = waiting.reached(6, [TALLY])
    time.sleep(0.02)
    positions.is_down, positions.reached = False, 6
    assert waits.result(1)


def test_routes_may_await_it(waiting: Waiting, positions: Positions) -> None:
    async def route() -> bool:
        waits = asyncio.wrap_future(waiting.reached(6, [TALLY]))
        await asyncio.sleep(0.02)
        positions.reached = 6
        return await waits

    assert asyncio.run(route())
