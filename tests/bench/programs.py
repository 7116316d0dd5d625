"""The programs that are measured over HTTP, each a process of its own: ours as people start them, and the bare peer."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from api.session_cookie import SESSION_COOKIE
from api.unsafe_requests import token_for
from deploy.demo.cast import LINDQVIST, NETWORK_ID, Staff
from deploy.settings import PREFIX
from deploy.wiring import Wiring
from store.sign_in import SignInSessions
from tests.bench.memory import resident_mib

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 15


class Program(NamedTuple):
    """A running process, and the JSON line with which it said that it is ready."""

    process_id: int
    said: Mapping[str, Any]

    @property
    def address(self) -> str:
        return str(self.said["address"])

    @property
    def resident_mib(self) -> int:
        return resident_mib(self.process_id)


@contextmanager
def serving(data: Path) -> Iterator[Program]:
    """`throughline serve` on a free port."""
    with _started(["deploy.cli", "serve", "--port", "0", "--json"], data) as program:
        yield program


@contextmanager
def working(data: Path, **settings: str) -> Iterator[Program]:
    """`throughline work`: every worker; with settings by name, such as `kafka_bootstrap`."""
    with _started(["deploy.cli", "work", "--json"], data, **settings) as program:
        yield program


@contextmanager
def bare(data: Path, app_url: str) -> Iterator[Program]:
    """The bare FastAPI application beside it."""
    with _started(["tests.bench.bare", app_url], data) as program:
        yield program


@contextmanager
def _started(module: list[str], data: Path, **settings: str) -> Iterator[Program]:
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env={**os.environ, **_variables(data=str(data), demo="1", **settings)},
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield Program(process.pid, json.loads(_first_line(process)))
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _variables(**settings: str) -> dict[str, str]:
    return {f"{PREFIX}{name.upper()}": value for name, value in settings.items()}


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    line = process.stdout.readline() if process.stdout else b""
    if not line:
        raise RuntimeError("a program ended before it was ready; its last lines say why")
    return line


def signed_in(wiring: Wiring, who: Staff = LINDQVIST) -> dict[str, str]:
    """The headers of somebody's browser, a therapist's if nothing is said: session cookie and form token."""
    sessions = SignInSessions(wiring.datastore, wiring.clock, lambda *_: False)
    secret = sessions.begin(NETWORK_ID, who.clinician_id, frozenset({who.role}))
    form_secret = (wiring.settings.data / "session.secret").read_bytes()
    return {"Cookie": f"{SESSION_COOKIE}={secret}", "X-CSRF-Token": token_for(secret, form_secret)}
