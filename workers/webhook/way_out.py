"""The way out to a webhook: connects only to an address that was checked just before, and never takes too long.

A name may lead elsewhere the second time it is asked for. So there is no second time: the address that is checked is
the one that is connected to, by number, while the certificate is checked against the name.
"""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from math import inf
from socket import SHUT_RDWR
from socket import socket as Socket
from ssl import SSLContext
from typing import Any

from httpcore import ConnectError, ConnectTimeout, NetworkBackend, NetworkStream, ReadTimeout, SyncBackend, WriteTimeout

from store.webhooks.resolving import Resolver, asked, resolve

Permit = Callable[[str], bool]
"""Whether an IP address may be connected to."""


CONNECT_SECONDS = 4.0
"""For one address. Nothing breaks this off, and a process that is asked to end has ten seconds."""


class LeadsInside(ConnectError):
    """The name leads to an address that no webhook may have; nothing was connected to."""


class Deadline:
    """How long the post under way may still take; every wait on the network asks it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._ends = clock, 0.0

    def start(self, seconds: float) -> None:
        self._ends = self._clock() + seconds

    def end(self) -> None:
        """No time is left, for what is under way."""
        self._ends = -inf

    @property
    def seconds_left(self) -> float:
        return self._ends - self._clock()

    def left_or(self, error: type[Exception]) -> float:
        """The seconds left; raises where there are none."""
        if (left := self.seconds_left) <= 0:
            raise error("no time is left")
        return left


class WayOut(NetworkBackend):
    """Opens connections for one thread that posts, to permitted addresses only."""

    def __init__(self, permit: Permit, deadline: Deadline, *, resolver: Resolver = resolve) -> None:
        self._permit, self._deadline, self._resolver = permit, deadline, resolver
        self._net = SyncBackend()
        self._open: NetworkStream | None = None
        self.has_sent = False
        """Whether any of the post under way was handed to whoever answers there; set back by who begins a post."""
        self._answer: Future[tuple[str, ...]] | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        """A connection to the first address that answers; LeadsInside if any of them is not permitted."""
        addresses = self._addresses(host, port)
        if not addresses:
            raise ConnectError("the name is not known")
        if not all(self._permit(address) for address in addresses):
            raise LeadsInside("not a public address")
        return self._noted(self._first_to_answer(addresses, port, socket_options))

    def hang_up(self) -> None:
        """Break off what is under way, from another thread; whoever waits for it hears so at once."""
        self._deadline.end()
        if self._answer is not None:
            self._answer.cancel()
        socket: Socket | None = self._open.get_extra_info("socket") if self._open is not None else None
        if socket is not None:
            with suppress(OSError):
                socket.shutdown(SHUT_RDWR)

    def _noted(self, stream: NetworkStream) -> "Hurried":
        self._open = stream
        return Hurried(stream, self._deadline, self._noted, self._note_sent)

    def _note_sent(self) -> None:
        self.has_sent = True

    def _addresses(self, host: str, port: int) -> tuple[str, ...]:
        self._answer = asked(self._resolver, host, port)
        left = self._deadline.left_or(ConnectTimeout)  # asked last: `hang_up` ends it before it looks for the answer
        try:
            return self._answer.result(left)
        except CancelledError:
            raise ConnectError("it was broken off") from None
        except TookTooLong:
            raise ConnectTimeout("the name was not resolved in time") from None

    def _first_to_answer(self, addresses: tuple[str, ...], port: int, options: Iterable[Any] | None) -> NetworkStream:
        for place, address in enumerate(addresses):
            share = min(self._deadline.left_or(ConnectTimeout) / (len(addresses) - place), CONNECT_SECONDS)
            try:
                return self._net.connect_tcp(address, port, timeout=share, socket_options=options)
            except (ConnectError, ConnectTimeout):
                if place == len(addresses) - 1:
                    raise
        raise ConnectError("no address answered")


class Hurried(NetworkStream):
    """A connection whose waits all end with the deadline: an answer that comes byte by byte gains nothing by it."""

    def __init__(
        self,
        stream: NetworkStream,
        deadline: Deadline,
        noted: Callable[[NetworkStream], "Hurried"],
        sends: Callable[[], None],
    ) -> None:
        self._stream, self._deadline, self._noted, self._sends = stream, deadline, noted, sends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left_or(ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = self._deadline.left_or(WriteTimeout)
        self._sends()
        self._stream.write(buffer, left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        left = self._deadline.left_or(ConnectTimeout)
        return self._noted(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
