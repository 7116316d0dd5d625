"""Batches of many streams are noted together, and nobody sends what is not noted."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import anyio
import pytest
from eventsourcing.persistence import DataError, OperationalError

from api.noting import MOST_AT_ONCE, Noting
from api.turns import AT_ONCE, Turns
from store.disclosures import Contents, Outgoing


def batch(number: int) -> Outgoing:
    return Outgoing(number.to_bytes(4, "big"), UUID(int=number), Contents(number, number, 1, ["a"], [UUID(int=1)]))


class Log:
    """Notes what it is given, each time with what it is told to answer with."""

    def __init__(self, *answers: Exception | bool) -> None:
        self.noted: list[list[int]] = []
        self._answers = list(answers)
        self.may_go_on = asyncio.Event()

    async def __call__(self, batches: Sequence[Outgoing]) -> list[bool]:
        await self.may_go_on.wait()
        self.noted.append([one.contents.first_position for one in batches])
        answer = self._answers.pop(0) if self._answers else True
        if isinstance(answer, Exception):
            raise answer
        return [answer] * len(batches)


def run(story: Callable[[], Awaitable[None]]) -> None:
    """A story in an event loop, which comes to its end."""

    async def bounded() -> None:
        with anyio.fail_after(20):
            await story()

    anyio.run(bounded)


async def begun(noting: Noting, *numbers: int) -> list["asyncio.Task[bool]"]:
    """Streams that wait for their batch to be noted."""
    tasks = [asyncio.ensure_future(noting.noted(batch(number))) for number in numbers]
    await asyncio.sleep(0.01)
    return tasks


def test_all_that_wait_are_noted_in_one_go() -> None:
    async def story() -> None:
        log = Log()
        noting = Noting(log, Turns())
        tasks = await begun(noting, *range(100))
        assert not any(task.done() for task in tasks), "nothing leaves before it is noted"
        later = await begun(noting, 100, 101)
        log.may_go_on.set()
        assert await asyncio.gather(*tasks, *later) == [True] * 102
        assert log.noted == [list(range(100)), [100, 101]]

    run(story)


def test_who_is_still_in_line_to_hear_of_an_event_is_noted_with_those_before() -> None:
    async def story() -> None:
        log, turns, loop = Log(), Turns(), asyncio.get_running_loop()
        log.may_go_on.set()
        noting, heard = Noting(log, turns), [loop.create_future() for _ in range(AT_ONCE * 3)]

        async def stream(number: int) -> bool:
            await heard[number]
            return await noting.noted(batch(number))

        streams = [asyncio.ensure_future(stream(number)) for number in range(len(heard))]
        turns.let_go((future, None) for future in heard)
        assert all(await asyncio.gather(*streams))
        assert log.noted == [list(range(len(heard)))]

    run(story)


def test_one_statement_notes_a_bounded_number() -> None:
    async def story() -> None:
        log = Log()
        noting = Noting(log, Turns())
        log.may_go_on.set()
        await asyncio.gather(*(noting.noted(batch(number)) for number in range(MOST_AT_ONCE + 1)))
        assert [len(some) for some in log.noted] == [MOST_AT_ONCE, 1]

    run(story)


def test_what_may_not_be_seen_any_more_is_told_so() -> None:
    async def story() -> None:
        log = Log(False)
        log.may_go_on.set()
        assert await Noting(log, Turns()).noted(batch(1)) is False

    run(story)


def test_a_database_that_does_not_answer_is_an_error_to_all_and_later_ones_go_on() -> None:
    async def story() -> None:
        log = Log(OperationalError("away"))
        noting = Noting(log, Turns())
        tasks = await begun(noting, 1, 2, 3)
        log.may_go_on.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(one) for one in answers] == [OperationalError] * 3
        assert log.noted == [[1, 2, 3]], "not once more for each: the database would be asked for ever"
        assert await noting.noted(batch(4)) is True

    run(story)


def test_one_that_cannot_be_noted_does_not_hold_back_the_others() -> None:
    async def story() -> None:
        log = Log(DataError("one of them"), True, DataError("this one"), True)
        tasks = await begun(Noting(log, Turns()), 1, 2, 3)
        log.may_go_on.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(one) for one in answers] == [bool, DataError, bool]
        assert log.noted == [[1, 2, 3], [1], [2], [3]]

    run(story)


def test_who_is_gone_is_not_waited_for_and_nothing_is_noted_of_them() -> None:
    async def story() -> None:
        log = Log()
        noting = Noting(log, Turns())
        (first,) = await begun(noting, 1)
        gone, stays = await begun(noting, 2, 3)
        gone.cancel()
        await asyncio.sleep(0)
        log.may_go_on.set()
        assert all(await asyncio.gather(first, stays))
        assert log.noted == [[1], [3]]

    run(story)


def test_nobody_is_told_to_send_when_the_writing_is_broken_off() -> None:
    async def story() -> None:
        noting = Noting(Log(), Turns())
        waiting = await begun(noting, 1)
        waiting += await begun(noting, 2)
        assert noting._writing is not None
        noting._writing.cancel()
        for answer in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(answer, asyncio.CancelledError)

    run(story)


def test_all_else_has_its_turn_between_those_that_are_let_go() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        order: list[str] = []
        waiting = [(loop.create_future(), True) for _ in range(AT_ONCE * 3)]

        async def stream(future: "asyncio.Future[bool]") -> None:
            await future
            order.append("stream")

        async def page() -> None:
            while order.count("stream") < len(waiting):
                order.append("page")
                await asyncio.sleep(0)

        streams = [asyncio.ensure_future(stream(future)) for future, _ in waiting]
        await asyncio.sleep(0)
        await asyncio.gather(page(), Turns().all_let_go(waiting), *streams)
        assert "".join(one[0] for one in order).replace("p", " ").split() == ["s" * AT_ONCE] * 3

    run(story)


def test_nobody_waits_for_ever_when_the_line_is_broken_off() -> None:
    async def story() -> None:
        turns, loop = Turns(), asyncio.get_running_loop()
        waiting = [loop.create_future() for _ in range(AT_ONCE * 3)]
        turns.let_go((future, None) for future in waiting)
        await asyncio.sleep(0)
        assert turns._going is not None
        turns._going.cancel()
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(one) for one in answers} == {type(None), asyncio.CancelledError}

    run(story)


@pytest.mark.parametrize("count", [0, 1, AT_ONCE, AT_ONCE + 1])
def test_everybody_is_answered(count: int) -> None:
    async def story() -> None:
        waiting = [(asyncio.get_running_loop().create_future(), number) for number in range(count)]
        await Turns().all_let_go(waiting)
        assert [future.result() for future, _ in waiting] == list(range(count))

    run(story)
