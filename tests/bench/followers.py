"""Those who follow streams while something else is measured: a process of its own, and behind everything else.

Real ones are on other machines. As a thread of the measuring process they delayed the very client whose waiting was
measured, and on two cores also the server.
"""

import multiprocessing
import os
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

LEAST_URGENT = 19
SETTLING_SECONDS = 1.0
"""Until the server has noticed that they came, or that they went."""


class Followers:
    """The process; asked to open streams and to close them again, as often as one likes."""

    def __init__(self, address: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_follow, args=(theirs, address), daemon=True)
        self._process.start()

    @contextmanager
    def following(self, keys: Sequence[str], cursor: str) -> Iterator[None]:
        """A stream for each key, from the cursor on."""
        self._ours.send((keys, cursor))
        if refused := self._ours.recv():
            raise RuntimeError(refused)
        time.sleep(SETTLING_SECONDS)
        try:
            yield
        finally:
            self._ours.send(None)
            self.bytes_came = int(self._ours.recv())
            time.sleep(SETTLING_SECONDS)

    bytes_came = 0
    """By those who followed last."""

    def end(self) -> None:
        """No more of them."""
        self._ours.close()
        self._process.join(20)


@contextmanager
def followers(address: str) -> Iterator[Followers]:
    """The process, as long as it is of use."""
    started = Followers(address)
    try:
        yield started
    finally:
        started.end()


def _follow(asked: Connection, address: str) -> None:
    os.nice(LEAST_URGENT)
    while True:
        try:
            keys, cursor = asked.recv()
        except EOFError:
            return
        with selectors.DefaultSelector() as chosen:
            asked.send(_open(chosen, address, keys, cursor))
            came = _take_in(chosen, asked)
            for one in list(chosen.get_map().values()):
                one.data.close()
        asked.recv()
        asked.send(came)


def _open(chosen: selectors.BaseSelector, address: str, keys: Sequence[str], cursor: str) -> str:
    """Why one was refused; empty if none was."""
    place = urlsplit(address)
    for key in keys:
        stream = socket.create_connection((place.hostname, place.port))
        chosen.register(stream, selectors.EVENT_READ, stream)
        stream.sendall(
            f"GET /events/stream?after={cursor} HTTP/1.1\r\n"
            f"Host: {place.netloc}\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
        )
        if b" 200 " not in stream.recv(4096):
            return "a stream was refused"
    return ""


def _take_in(chosen: selectors.BaseSelector, asked: Connection) -> int:
    """Until something is asked; how many bytes came."""
    came = 0
    while not asked.poll():
        for ready, _ in chosen.select(timeout=0.1):
            came += len(ready.data.recv(65536))
    return came
