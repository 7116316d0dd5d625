"""What a name leads to, as this machine's resolver answers."""

import socket
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from threading import Thread
from typing import Any

PATIENCE_SECONDS = 5.0
"""While somebody waits for a form. A resolver has no time limit of its own."""
Resolver = Callable[[str, int], tuple[str, ...]]
"""The IP addresses that a name leads to; none for a name that is not known."""


def resolve(host: str, port: int) -> tuple[str, ...]:
    """The IP addresses of a name; none where it is not known."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(address[4][0]) for address in found))


def resolve_soon(host: str, port: int) -> tuple[str, ...]:
    """The same, and none where the answer takes too long."""
    try:
        return asked(resolve, host, port).result(PATIENCE_SECONDS)
    except TookTooLong:
        return ()


def asked(resolver: Resolver, host: str, port: int) -> Future[tuple[str, ...]]:
    """The answer to come, which may be cancelled. Not from a pool: a process that ends would wait for its threads."""
    answer: Future[tuple[str, ...]] = Future()

    def settle(with_what: Callable[[Any], None], value: Any) -> None:
        with suppress(InvalidStateError):  # nobody waits for it any more
            with_what(value)

    def ask() -> None:
        try:
            found = resolver(host, port)
        except Exception as error:
            settle(answer.set_exception, error)
        else:
            settle(answer.set_result, found)

    Thread(target=ask, name="resolve", daemon=True).start()
    return answer
