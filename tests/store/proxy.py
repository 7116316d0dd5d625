"""Proxies before PostgreSQL: one loses the server's reply to a request that went through, one lets nothing through."""

import socket
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self


class Proxy:
    """Listens on a loopback port and passes everything on.

    `shutdown`, not `close`: a close alone would leave the client waiting for a reply that cannot come.
    """

    def __init__(self, server_socket: Path) -> None:
        self._server_socket = server_socket
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self._server_socket))
            to_lose = threading.Event()
            threading.Thread(target=self._requests, args=(client, server, to_lose), daemon=True).start()
            threading.Thread(target=self._replies, args=(server, client, to_lose), daemon=True).start()

    def _requests(self, client: socket.socket, server: socket.socket, to_lose: threading.Event) -> None:
        while request := _received(client):
            if self._loses_reply_to(request):
                to_lose.set()
            server.sendall(request)
        _shut(server)

    def _replies(self, server: socket.socket, client: socket.socket, to_lose: threading.Event) -> None:
        while reply := _received(server):
            if to_lose.is_set():
                self._lost_one()  # the server answers after its COMMIT, so what it did is done
                break
            client.sendall(reply)
        _shut(client)
        _shut(server)

    def _loses_reply_to(self, request: bytes) -> bool:
        return False

    def _lost_one(self) -> None: ...


class LosesReplies(Proxy):
    """Once armed, drops the reply to the next call of a prepared statement of that name, and shuts both sides down."""

    def __init__(self, server_socket: Path, statement: bytes) -> None:
        super().__init__(server_socket)
        self._statement = statement
        self.lost = 0
        self._armed = threading.Event()

    def lose_next_reply(self) -> None:
        self._armed.set()

    def _loses_reply_to(self, request: bytes) -> bool:
        if not (self._armed.is_set() and request.startswith(b"B") and self._statement in request):
            return False
        self._armed.clear()
        return True

    def _lost_one(self) -> None:
        self.lost += 1


class Freezes(Proxy):
    """Once frozen, takes everything in and answers nothing, as a server does whose machine was cut off."""

    def __init__(self, server_socket: Path) -> None:
        super().__init__(server_socket)
        self._goes_on = threading.Event()
        self._goes_on.set()

    def freeze(self) -> None:
        self._goes_on.clear()

    def thaw(self) -> None:
        """Everything that was taken in goes through now, whoever has hung up meanwhile."""
        self._goes_on.set()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self.thaw()  # so that what waits here ends

    def _loses_reply_to(self, request: bytes) -> bool:
        self._goes_on.wait()
        return False


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except OSError:
        return b""


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # the other side may have been quicker
        connection.shutdown(socket.SHUT_RDWR)
