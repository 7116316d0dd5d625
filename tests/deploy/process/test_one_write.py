"""An answer leaves in one piece; nothing is kept back for longer than a turn of the loop."""

import asyncio
from collections.abc import Callable

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
