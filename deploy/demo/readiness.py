"""Waiting until a server that was just started says that all its parts are well."""

import json
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException

ASK_SECONDS = 5.0


class DidNotBecomeReady(Exception):
    """The server did not become ready in time; its log lines say why."""


def wait_until_ready(host: str, port: int, *, seconds: float, is_stopping: Callable[[float], bool]) -> bool:
    """Ask /ready until it answers 200; False when we were told to stop. DidNotBecomeReady names what is not well."""
    until = time.monotonic() + seconds
    found = "the server does not answer"
    while time.monotonic() < until:
        found = _ask(host, port)
        if found == "":
            return True
        if is_stopping(0.1):
            return False
    raise DidNotBecomeReady(f"Not ready after {seconds:.0f} seconds: {found}.")


def _ask(host: str, port: int) -> str:
    """What is not well, or nothing."""
    connection = HTTPConnection(host, port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", "/ready")
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, HTTPException):
        return "the server does not answer"
    finally:
        connection.close()
    if answer.status == 200:
        return ""
    parts = json.loads(body).get("parts", {})
    return "; ".join(f"{name}: {state}" for name, state in parts.items() if state != "well") or "no reason was given"
