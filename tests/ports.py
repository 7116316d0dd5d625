"""Ports for servers that must know theirs before they listen, or keep it while they are down."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

LOWEST, BELOW = 10_000, 32_768
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_held: list[socket.socket] = []


def free_ports(count: int) -> list[int]:
    """Free TCP ports of 127.0.0.1 that nobody else is given while this process runs.

    They lie below those that the system hands out by itself: one of these may become the other end of any connection
    between the asking and the listening, or while a server is down. From other test processes each port is kept by
    holding the UDP port of the same number, which the system takes back however we end.
    """
    free = _free()
    return [next(free) for _ in range(count)]


def free_port() -> int:
    """One of them."""
    return free_ports(1)[0]


def _free() -> Iterator[int]:
    candidates = range(LOWEST, max(_lowest_handed_out(), LOWEST + 1_000))
    begin = os.getpid() * 31 % len(candidates)
    for number in (*candidates[begin:], *candidates[:begin]):
        if _is_ours(number):
            yield number


def _is_ours(number: int) -> bool:
    holding = socket.socket(type=socket.SOCK_DGRAM)
    try:
        holding.bind(("127.0.0.1", number))
        socket.create_server(("127.0.0.1", number)).close()
    except OSError:
        holding.close()
        return False
    _held.append(holding)
    return True


def _lowest_handed_out() -> int:
    return int(_RANGE.read_text().split()[0]) if _RANGE.exists() else BELOW
