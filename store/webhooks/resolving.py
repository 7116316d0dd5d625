"""What a name leads to, as this machine's resolver answers."""

import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong

PATIENCE_SECONDS = 5.0
"""While somebody waits for a form. A resolver has no time limit of its own."""


def resolve(host: str, port: int) -> tuple[str, ...]:
    """The IP addresses of a name; none where it is not known."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(address[4][0]) for address in found))


def resolve_soon(host: str, port: int) -> tuple[str, ...]:
    """The same, and none where the answer takes too long."""
    asking = ThreadPoolExecutor(1, thread_name_prefix="resolve")
    try:
        return asking.submit(resolve, host, port).result(PATIENCE_SECONDS)
    except TookTooLong:
        return ()
    finally:
        asking.shutdown(wait=False)
