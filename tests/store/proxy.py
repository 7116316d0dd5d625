"""A proxy before PostgreSQL that loses the server's reply: the request goes through, the answer never arrives."""

import socket
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self


class LosesReplies:
    """Listens on a loopback port. Once armed, it drops the reply to the next call of a prepared statement of that name
    and shuts both sides down.

    `shutdown`, not `close`: a close alone would leave the client waiting for a reply that cannot come.
    """

    def __init__(self, server_socket: Path, statement: bytes) -> None:
        self._server_socket = server_socket
        self._statement = statement
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.lost = 0
        self._armed = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def lose_next_reply(self) -> None:
        self._armed.set()

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
            if self._armed.is_set() and request.startswith(b"B") and self._statement in request:
                self._armed.clear()
                to_lose.set()
            server.sendall(request)
        _shut(server)

    def _replies(self, server: socket.socket, client: socket.socket, to_lose: threading.Event) -> None:
        while reply := _received(server):
            if to_lose.is_set():
                self.lost += 1  # the server answers after its COMMIT, so what it did is done
                break
            client.sendall(reply)
        _shut(client)
        _shut(server)


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except OSError:
        return b""


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # the other side may have been quicker
        connection.shutdown(socket.SHUT_RDWR)
