"""How the application is served: whom it believes about where a request comes from, and what a bad end leaves."""

import asyncio
import io
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import redirect_stderr
from urllib.error import HTTPError
from urllib.request import urlopen

import httpx
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from api.figures import Figures
from deploy.commands.serve import server_of
from deploy.metrics.door import Door, listening
from deploy.settings import Settings
from tests.waiting import PATIENCE_SECONDS

GUESSER, PATIENT, PROXY = "203.0.113.9", "198.51.100.4", "10.1.2.3"


def seen_from(settings: Settings, peer: str, forwarded_for: str) -> tuple[str, str]:
    """Scheme and address of a request as the application sees it, behind what the server puts before it."""
    seen: list[tuple[str, str]] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope["scheme"], scope["client"][0]))

    served = server_of(application, settings)
    served.load()
    headers = [(b"x-forwarded-for", forwarded_for.encode()), (b"x-forwarded-proto", b"https")]
    scope = {"type": "http", "scheme": "http", "client": (peer, 4711), "headers": headers}
    asyncio.run(served.loaded_app(scope, None, None))
    return seen[0]


def test_only_a_proxy_that_is_named_is_believed() -> None:
    named = Settings(proxies="10.1.0.0/16, ::1")
    assert seen_from(named, PROXY, PATIENT) == ("https", PATIENT)
    assert seen_from(named, PROXY, f"{PATIENT}, {GUESSER}") == ("https", GUESSER), "what the guesser wrote is not"
    assert seen_from(named, GUESSER, PATIENT) == ("http", GUESSER)
    assert seen_from(Settings(), PROXY, PATIENT) == ("http", PROXY)
    assert seen_from(Settings(), "127.0.0.1", PATIENT) == ("https", PATIENT)


def test_figures_that_fail_are_told_of_without_what_they_were_about() -> None:
    def text() -> bytes:
        raise ValueError("Zaphod Beeblebrox")

    door, said = Door(Figures(text), lambda: True, is_demo=True), io.StringIO()
    with redirect_stderr(said), listening("127.0.0.1:0", door) as port, pytest.raises(HTTPError) as failed:
        urlopen(f"http://127.0.0.1:{port}/metrics")
    assert failed.value.code == 500
    assert "Beeblebrox" not in failed.value.read().decode() + said.getvalue()


def test_a_worker_answers_on_an_address_of_the_sixth_version() -> None:
    settings = Settings(work_listen="[::1]:0")
    with listening(settings.work_listen, Door(Figures(lambda: b""), lambda: True, is_demo=True)) as port:
        assert urlopen(f"http://[::1]:{port}/live").status == 200


async def telling_the_size(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the size of the body."""
    size, more = 0, True
    while more and size <= 1024 * 1024:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


@pytest.fixture
def patient_port() -> Iterator[int]:
    """Of a server that gives a request the time that ours does."""
    server, door = uvicorn.Server(server_of(telling_the_size, Settings())), socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([door])))
    thread.start()
    yield door.getsockname()[1]
    server.should_exit = True
    thread.join(PATIENCE_SECONDS)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch, patient_port: int) -> int:
    """The same, where a request has half a second."""
    monkeypatch.setattr("deploy.process.bounded_http.SECONDS", 0.5)
    return patient_port


def said_to(port: int, *pieces: bytes) -> bytes:
    """Everything that comes back until the server hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection:
        said = b""
        try:
            for piece in pieces:
                connection.sendall(piece)
            while more := connection.recv(65536):
                said += more
        except ConnectionError:
            pass  # it hung up while we were still writing
        return said


HEAD = b"POST / HTTP/1.1\r\nHost: here\r\n"


@pytest.mark.parametrize("filler", [b"x" * 4096, b"x" * 4000 + b"\r\nname: "])
def test_a_head_without_an_end_is_refused(port: int, filler: bytes) -> None:
    said = said_to(port, HEAD, b"name: ", *[filler] * 1000)
    assert said == b"" or said.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("begun", [b"", HEAD, HEAD + b"Content-Length: 100\r\n\r\nhalf of it"])
def test_whoever_does_not_finish_is_left(port: int, begun: bytes) -> None:
    assert said_to(port, begun) == b""


def test_a_body_that_is_refused_and_goes_on_is_left(port: int) -> None:
    said = said_to(port, HEAD, b"Content-Length: 99000000\r\n\r\n", *[b"x" * 65536] * 1000)
    assert not said or said.startswith(b"HTTP/1.1 200 ")


def test_a_body_in_pieces_and_a_second_request_are_served(patient_port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{patient_port}", timeout=PATIENCE_SECONDS) as client:
        for _ in range(2):
            assert client.post("/", content=iter([b"x" * 40_000] * 5), headers={"name": "x" * 30_000}).text == "200000"


CALL = """
import resource
from typer.testing import CliRunner
from deploy.cli import app
CliRunner().invoke(app, ["score", "--help"])
print(resource.getrlimit(resource.RLIMIT_CORE))
"""


def test_no_command_leaves_an_image_of_its_memory() -> None:
    done = subprocess.run([sys.executable, "-c", CALL], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(0, 0)", "in a core file stands in clear text what the database holds sealed"
