"""The socket that the server listens on: opened first, so that a port in use is said before anything else starts."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy.failures import CannotGoOn

BACKLOG = 512
NOTE = "serve.address"
LOOPBACK_OF = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 looked up, not listened on


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; with port 0 the system chooses one. CannotGoOn if the port is in use or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(BACKLOG)
    except OSError as error:
        door.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotGoOn(f"Port {port} is in use; choose another with --port, or stop what uses it.") from None
        raise CannotGoOn(f"Nothing can listen on {host} port {port}: {error.strerror}.") from None
    door.set_inheritable(True)
    return door


def taken_over(number: int) -> socket.socket:
    """The socket that the parent process opened and handed over."""
    return socket.socket(fileno=number)


def address_of(door: socket.socket) -> str:
    """Where a browser on this machine reaches it."""
    return address_at(*door.getsockname()[:2])


@contextmanager
def told_in(data: Path, address: str) -> Iterator[None]:
    """Meanwhile other commands on this data folder know where it is served, whatever port was chosen."""
    note = data / NOTE
    note.write_text(address)
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def served_at(data: Path) -> str:
    """Where a data folder is served, or was when its server was killed; nothing where nobody says."""
    with suppress(OSError):
        return (data / NOTE).read_text().strip()
    return ""


def address_at(host: str, port: int) -> str:
    """An address that a browser on this machine takes: those of the sixth version stand in brackets."""
    host = LOOPBACK_OF.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
