"""Where a worker process answers a monitor: an address of its own, since it has no pages."""

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socket import AF_INET6
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from prometheus_client import CONTENT_TYPE_LATEST

from api.figures import Figures, may_read
from deploy.failures import CannotGoOn
from deploy.settings import PREFIX

log = structlog.get_logger(__name__)
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Door:
    """`/live` for whoever starts processes anew, `/metrics` for a monitor that brings the token."""

    def __init__(self, figures: Figures, is_alive: Callable[[], bool], *, is_demo: bool) -> None:
        self._figures = figures
        self._is_alive = is_alive
        self._is_demo = is_demo

    def __call__(self, asked: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        if asked["PATH_INFO"] == "/live":
            is_alive = self._is_alive()
            start("200 OK" if is_alive else "503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"live\n" if is_alive else b"a task ended and was not started again\n"]
        if asked["PATH_INFO"] == "/metrics" and self._may_read(asked.get("HTTP_AUTHORIZATION")):
            return self._answer_figures(start)
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b"There is no such thing here.\n"]

    def _answer_figures(self, start: StartResponse) -> Iterable[bytes]:
        try:
            text = self._figures.text()
        except Exception:  # the server would print it with its message
            log.exception("figures_failed")
            start("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [b"The figures could not be collected; the log says where.\n"]
        start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
        return [text]

    def _may_read(self, authorization: str | None) -> bool:
        token = self._figures.token
        return self._is_demo if token is None else may_read(authorization, token)


@contextmanager
def listening(address: str | None, door: Door) -> Iterator[int | None]:
    """Answer at `host:port` meanwhile; the port, or None where no address is given."""
    if address is None:
        yield None
        return
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    with _opened(host, int(port), door) as server:
        thread = threading.Thread(target=server.serve_forever, name="door", daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def _opened(host: str, port: int, door: Door) -> WSGIServer:
    try:
        served_by = _ServerOfSixth if ":" in host else _Server
        return make_server(host, port, door, server_class=served_by, handler_class=_Quiet)
    except (OSError, OverflowError):
        raise CannotGoOn(f"Nothing can listen at {host}:{port}; choose another {PREFIX}WORK_LISTEN.") from None


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hung up is no news; anything else is one line without its message."""
        if not isinstance(sys.exception(), OSError):
            log.exception("answer_failed")


class _ServerOfSixth(_Server):
    """At an address of the sixth version."""

    address_family = AF_INET6


class _Quiet(WSGIRequestHandler):
    timeout = 10
    """Seconds after which somebody who connects and asks nothing is left."""

    def log_message(self, format: str, *args: Any) -> None:
        """A probe every few seconds is not worth a line."""
