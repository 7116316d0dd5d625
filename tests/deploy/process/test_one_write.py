"""An answer leaves in one piece; nothing is kept back for longer than a turn of the loop."""

import asyncio
import socket
from collections.abc import Callable

import pytest
import uvloop

from deploy.process import one_write
from deploy.process.one_write import OneWrite

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"


class Line(asyncio.Transport):
    """What was handed to the system, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.is_closed
        self.sent.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def get_write_buffer_size(self) -> int:
        return 0


def sent_after(act: Callable[[OneWrite], None]) -> list[bytes]:
    """What has left one turn later."""

    async def turn() -> list[bytes]:
        line = Line()
        act(OneWrite(line, asyncio.get_running_loop()))
        await asyncio.sleep(0)
        return line.sent

    return asyncio.run(turn())


def test_head_and_body_leave_together() -> None:
    def answer(transport: OneWrite) -> None:
        for data in (HEAD, b"hello", HEAD, b"again", b"and more"):
            transport.write(data)

    assert sent_after(answer) == [HEAD + b"hello", HEAD + b"again", b"and more"]


def test_a_head_that_stands_alone_leaves_with_the_turn() -> None:
    assert sent_after(lambda transport: transport.write(HEAD)) == [HEAD]


def test_what_was_kept_leaves_before_the_line_is_closed() -> None:
    def answer(transport: OneWrite) -> None:
        transport.write(HEAD)
        transport.close()

    assert sent_after(answer) == [HEAD]


def test_two_heads_at_once_stay_in_order() -> None:
    def answer(transport: OneWrite) -> None:
        transport.write(HEAD)
        transport.write(HEAD)
        transport.write(b"hello")

    assert sent_after(answer) == [HEAD + HEAD, b"hello"]


class Reluctant(Line):
    """The other side takes in as much as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.taken, self.was_cut = 0, False

    def get_write_buffer_size(self) -> int:
        return sum(map(len, self.sent)) - self.taken

    def abort(self) -> None:
        self.was_cut = True


class Looks:
    """Of a loop the one thing that is asked here; time passes when it is told to."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []

    def call_later(self, _: float, callback: Callable[[], None]) -> None:
        self.due.append(callback)

    def look(self) -> None:
        due, self.due = self.due, []
        for callback in due:
            callback()


def test_whoever_takes_in_nothing_is_cut_off_however_much_is_sent() -> None:
    line, loop = Reluctant(), Looks()
    transport = OneWrite(line, loop)  # type: ignore[arg-type]  # as much of one as is asked
    transport.write(b"x" * 1_000)
    line.taken = 10
    loop.look()
    assert not line.was_cut, "slow is not still"
    transport.write(b": ping")
    loop.look()
    assert line.was_cut


def test_whoever_took_everything_in_is_looked_at_no_more() -> None:
    line, loop = Reluctant(), Looks()
    transport = OneWrite(line, loop)  # type: ignore[arg-type]  # as much of one as is asked
    transport.write(b"x" * 1_000)
    line.taken = 1_000
    loop.look()
    assert not line.was_cut
    assert loop.due == []


def test_an_answer_that_nobody_reads_holds_no_connection_that_was_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the loop of the server, which otherwise keeps it for as long as the other side stays."""
    monkeypatch.setattr(one_write, "SECONDS", 0.1)

    async def is_let_go() -> None:
        gone = asyncio.Event()

        class Answers(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                line = OneWrite(transport, asyncio.get_running_loop())  # type: ignore[arg-type]  # a whole one
                line.write(b"x" * 20_000_000)
                line.close()

            def connection_lost(self, exc: Exception | None) -> None:
                gone.set()

        server = await asyncio.get_running_loop().create_server(Answers, "127.0.0.1", 0)
        with socket.create_connection(server.sockets[0].getsockname()):
            await asyncio.wait_for(gone.wait(), 30)
        server.close()

    uvloop.run(is_let_go())
