"""Whoever wrote waits, bounded, until the read models have reached the position."""

import asyncio
import time
from collections.abc import Iterator

import psycopg
import pytest

from projections.engine.waiting import Waiting
from tests.projections.tally import TALLY
from tests.waiting import PATIENCE_SECONDS, eventually


class Positions:
    """Positions that a test moves; keeps what it answered to whoever asked."""

    def __init__(self) -> None:
        self.reached = 5
        self.answers: list[int] = []
        self.is_down = False

    def __call__(self) -> dict[tuple[str, int], int]:
        if self.is_down:
            raise psycopg.OperationalError("down")
        self.answers.append(self.reached)
        return {(TALLY.name, TALLY.version): self.answers[-1]}


@pytest.fixture
def positions() -> Positions:
    return Positions()


@pytest.fixture
def waiting(positions: Positions, monkeypatch: pytest.MonkeyPatch) -> Iterator[Waiting]:
    monkeypatch.setattr("projections.engine.waiting.LONGEST_WAIT_SECONDS", PATIENCE_SECONDS)
    waiting = Waiting(positions)
    yield waiting
    waiting.close()


def test_what_is_reached_is_not_waited_for(waiting: Waiting) -> None:
    assert waiting.wait_until(5, [TALLY])


def test_a_wait_ends_with_the_first_answer_that_the_position_is_reached(waiting: Waiting, positions: Positions) -> None:
    waits = waiting.reached(6, [TALLY])
    eventually(lambda: len(positions.answers) >= 3)
    assert not waits.done()
    positions.reached = 7
    assert waits.result(PATIENCE_SECONDS)
    assert positions.answers.count(7) == 1


def test_a_wait_is_bounded(waiting: Waiting) -> None:
    assert not waiting.wait_until(99, [TALLY], timeout=0.1)


def test_nobody_asks_while_nobody_waits(waiting: Waiting, positions: Positions) -> None:
    waiting.wait_until(5, [TALLY])
    asked = len(positions.answers)
    time.sleep(0.1)
    assert len(positions.answers) == asked


def test_one_question_answers_all_who_wait(waiting: Waiting, positions: Positions) -> None:
    waits = [waiting.reached(6, [TALLY]) for _ in range(200)]
    positions.reached = 6
    assert all(one.result(PATIENCE_SECONDS) for one in waits)
    assert positions.answers.count(6) == 1


def test_a_database_that_is_down_is_asked_again(waiting: Waiting, positions: Positions) -> None:
    positions.is_down = True
    waits = waiting.reached(6, [TALLY])
    time.sleep(0.02)
    positions.is_down, positions.reached = False, 6
    assert waits.result(PATIENCE_SECONDS)


def test_routes_may_await_it(waiting: Waiting, positions: Positions) -> None:
    async def route() -> bool:
        waits = asyncio.wrap_future(waiting.reached(6, [TALLY]))
        await asyncio.sleep(0.02)
        positions.reached = 6
        return await waits

    assert asyncio.run(route())
