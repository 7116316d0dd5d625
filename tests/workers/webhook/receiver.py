"""A real receiver of webhooks on a free port of this machine, which answers as a test says and keeps what came."""

import socket
import ssl
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from hmac import digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

import orjson
from standardwebhooks import Webhook

HERE = "127.0.0.1"


class Received(NamedTuple):
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.body)
        return found

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]

    def verify(self, secret: str) -> Any:
        """As the receiver's own library does it; raises where the signature is not right."""
        return Webhook(secret).verify(self.body, self.headers)


class Reply(NamedTuple):
    """What to answer. `write` takes the place of everything, for a receiver that misbehaves."""

    status: int = 204
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    write: Callable[[BaseHTTPRequestHandler], object] | None = None


Answering = Callable[[Received], Reply]


class Receiver:
    """Keeps what was posted, in the order in which it came."""

    def __init__(
        self, answering: Answering, context: ssl.SSLContext | None = None, port: int = 0, host: str = HERE
    ) -> None:
        self._host = f"[{host}]" if ":" in host else host
        self.received: list[Received] = []
        self.answering = answering
        self.connections = self.open = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def setup(self) -> None:
                outer.connections += 1
                outer.open += 1
                super().setup()

            def finish(self) -> None:
                super().finish()
                outer.open -= 1

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                one = Received(self.path, headers, body)
                reply = outer.answering(one)
                outer.received.append(one)
                if reply.write is not None:
                    reply.write(self)
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
                self.wfile.flush()

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing is printed."""

        class Server(ThreadingHTTPServer):
            address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

        self._server = Server((host, port), Handler)
        self._server.daemon_threads = True
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self.port}/hook"

    def events(self) -> list[dict[str, Any]]:
        """What came as events, without challenges."""
        return [one.event for one in self.received if not is_challenge(one)]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def is_challenge(received: Received) -> bool:
    return str(received.event["type"]).endswith("WebhookChallenge.v1")


def answer(received: Received, secret: str) -> Reply:
    """What a receiver that holds the secret answers to a challenge."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = digest(key, received.event["data"]["challenge"].encode(), sha256)
    return Reply(200, body=b64encode(signed))


@contextmanager
def receiver(
    answering: Answering = lambda _: Reply(), context: ssl.SSLContext | None = None, port: int = 0, host: str = HERE
) -> Iterator[Receiver]:
    """Runs while the test does, on a port of its own unless one is named."""
    with Receiver(answering, context, port, host) as running:
        yield running
