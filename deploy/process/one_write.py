"""An answer leaves in one piece: its head waits for its body, if that follows at once.

The server hands the system head and body one after the other. Each time the system carries them to the other side at
once, which on this machine took a tenth of the time of a command.

And whoever takes in nothing of it for a minute is cut off. A transport that is closed keeps what was not taken, and its
connection, for as long as the other side stays: some hundreds that never read would fill the memory of the process.
"""

import asyncio
import fcntl
import struct
import termios
from contextlib import suppress
from typing import Any

HEAD = b"HTTP/1."
SECONDS = 60.0
"""Without one byte taken in."""


class OneWrite:
    """Stands before a transport and is one to the server. What begins a stream leaves with the turn of the loop."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._head = b""
        self._written = self._taken = 0
        self._looking: asyncio.TimerHandle | None = None

    def write(self, data: bytes) -> None:
        """Keep a head back; send everything else, and what was kept before it."""
        if not self._head and data.startswith(HEAD):
            self._head = data
            self._loop.call_soon(self._let_go)
            return
        head, self._head = self._head, b""
        self._send(head + data if head else data)

    def close(self) -> None:
        """Close after what was kept."""
        self._let_go()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _let_go(self) -> None:
        head, self._head = self._head, b""
        if head and not self._transport.is_closing():
            self._send(head)

    def _send(self, data: bytes) -> None:
        self._transport.write(data)
        self._written += len(data)
        if self._looking is None and self._transport.get_write_buffer_size():
            self._look_later()

    def _look_later(self) -> None:
        self._taken = self._written - self._left()
        self._looking = self._loop.call_later(SECONDS, self._look)

    def _look(self) -> None:
        """Whether anything was taken in since the last look; if not, nobody waits for the rest."""
        self._looking = None
        if not self._transport.get_write_buffer_size():
            return
        if self._written - self._left() > self._taken:
            self._look_later()
        else:
            self._transport.abort()

    def _left(self) -> int:
        """What the other side has not taken in yet, whether it waits here or with the system."""
        waits, door = self._transport.get_write_buffer_size(), self._transport.get_extra_info("socket")
        with suppress(OSError, AttributeError):  # a system that does not tell, or a connection that is gone
            return waits + int(struct.unpack("i", fcntl.ioctl(door.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0])
        return waits
