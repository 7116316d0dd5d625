"""How the application is served: whom it believes about where a request comes from, and what a bad end leaves."""

import asyncio
import io
import subprocess
import sys
from contextlib import redirect_stderr
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from starlette.types import Receive, Scope, Send

from api.edge import Figures
from deploy.commands.serve import server_of
from deploy.metrics.door import Door, listening
from deploy.settings import Settings

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
